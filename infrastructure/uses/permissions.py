"""What functions use that ask what a role may."""

from infrastructure.access import chat
from infrastructure.uses.use import Use

PERMISSIONS = chat("GetItem", "conversation_types")
"""What a tenant has declared of types of conversations."""
TOLD_BY_PERMISSION: tuple[Use, ...] = (chat("GetItem", "conversation_types", "tenant"),)
"""The same of others than the caller, whose tenant's version is read."""
USING_TYPES: tuple[Use, ...] = (chat("GetItem PutItem", "conversation_types"), chat("UpdateItem", "tenant"))
"""Making conversations of declared types: these are marked as used."""
