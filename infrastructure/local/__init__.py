"""The local stack: the deployed CDK app on one machine, without Docker and without an AWS account.

`python -m infrastructure.local up` (or `make up`) starts MiniStack, an AWS emulator on LocalStack's port, and osmem, an
OpenSearch 3 compatible server; deploys the app to it; seeds the tenant `demo`; builds the pages and serves them; and
prints what to do next. Everything that it keeps is under `.local/`: `stack.json` (ports, process ids, API),
`tokens.json`, `users.json`, `pages/`, `logs/`, `state/`.

Environment variables:

| name | meaning |
| --- | --- |
| `PARLEY_PORT`, `PARLEY_SEARCH_PORT` | the ports to listen on; without them 4566 and 9200, or any free ones |
| `PARLEY_PAGES_PORT` | the port of the pages; without it the one of the last time, at first 4600 |
| `PERSIST=1` | keep tables, buckets and deployed stacks when the stack stops, for the next `up` |
| `PARLEY_STACK` | the folder of the stack that `env` tells of, where that is not `.local` |
| `AWS_ENDPOINT_URL` or `PARLEY_LOCALSTACK=1` | deploy to a LocalStack that runs already instead of starting servers |

With LocalStack: `docker compose up --wait`, then `PARLEY_LOCALSTACK=1 make up`. Its address comes from
`localstack_client`: `AWS_ENDPOINT_URL` when it is set, else `LOCALSTACK_HOST` (`localhost:4566`).
No pages are served then.

No credentials of yours are used: what is started gets none of the `AWS_*` variables, and every request is signed with
the emulator's dummy key.
"""
