"""What crosses the wire about previews of links."""

from pydantic import Field

from parley.wire import Answer


class PreviewImage(Answer):
    """The picture of a preview: a file that whoever reads the message may fetch, as an attachment."""

    media_id: str
    width: int
    height: int
    thumbnails: list[str] = Field(default_factory=list, description="Variants to ask `/v1/download/{id}/signed` for")


class LinkPreview(Answer):
    """What the page says of itself that a link of the message leads to."""

    url: str = Field(description="The link as the text has it")
    title: str
    description: str | None = None
    site_name: str | None = None
    image: PreviewImage | None = None
