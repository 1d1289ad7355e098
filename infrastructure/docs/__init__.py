"""The documentation site: `python -m infrastructure.docs FOLDER` (`make docs`).

Pages are the Markdown under `docs/`, the clients' README files and the changelog, as they are; pages of errors, events,
limits and routes are written at build time from the code and its documents. Zensical makes HTML of them, and strictly:
a broken link or anchor ends the build. Scalar's bundle lies beside, so that nothing is loaded from elsewhere.
"""
