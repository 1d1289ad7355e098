"""What is shipped and where it comes from: licences, the bill of materials, advisories, layers that build the same."""
