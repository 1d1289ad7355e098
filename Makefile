# Parley's commands. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV_VERSION := 0.13.8
VENV := .venv
RUN := $(VENV)/bin
LIBRARY := PYTHONPATH=layers/parley/python:clients/python:.
# The number of test processes; two cores are the smallest machine that we support.
WORKERS ?= auto

LAYER_LOCKS := $(wildcard layers/dependencies/*.txt)
LOCKS := $(LAYER_LOCKS) infrastructure/requirements.txt tests/requirements.txt

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# aws_cdk is 240 MB of Python: importing it takes four times as long without its bytecode, and compiling all of it ahead
# takes 17 s. So Python may write bytecode here, whatever the machine's setting is.
unexport PYTHONDONTWRITEBYTECODE
# jsii warns about Node 20 in eleven lines at each start; Parley's tests pass on it.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: help up down seed docs env restore-rehearsal licences sbom advisories reproducible reindex pushes logs smoke soak fuzz load test test-real check format lint types synth deploy openapi clients size events bench cost lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: .local/python.stamp .local/node.stamp .local/emulator.stamp ## start the whole product on this machine, print its addresses and a first request
	@$(RUN)/python -m infrastructure.local up

down: ## stop the local stack
	@if [ -x $(RUN)/python ]; then $(RUN)/python -m infrastructure.local down; fi

seed: .local/python.stamp ## fill the local stack with a world to look at: users, conversations in eight languages, files; SIZE=small is soon done
	@SIZE=$(SIZE) $(LIBRARY) $(RUN)/python -m infrastructure.local world

reindex: ## rebuild the local stack's search indices under live writes; FROM=table reads the table
	@$(RUN)/python -m infrastructure.local reindex$(if $(filter table,$(FROM)),-from-table)

restore-rehearsal: ## restore a backup of the local stack into a new table, compare them and index it anew; exits 1 where they differ
	@$(LIBRARY) $(RUN)/python -m infrastructure.local restore-rehearsal

licences: .local/python.stamp ## write docs/licences.md: the licences of what is shipped, held to those that are allowed
	@$(LIBRARY) $(RUN)/python -m infrastructure.supply licences

sbom: .local/python.stamp ## write the bill of materials (CycloneDX) from the locks to .local/sbom.cdx.json
	@$(LIBRARY) $(RUN)/python -m infrastructure.supply sbom

advisories: .local/python.stamp ## ask the registries what is known against what is locked; exits 3 where none serves it
	@$(LIBRARY) $(RUN)/python -m infrastructure.supply advisories

reproducible: .local/python.stamp ## build every layer twice and compare
	@$(LIBRARY) $(RUN)/python -m infrastructure.supply layers

pushes: ## show what phones would have been shown since the last time
	@$(RUN)/python -m infrastructure.local pushes

docs: .local/python.stamp ## build the documentation into .local/pages/docs
	@$(LIBRARY) $(RUN)/python -m infrastructure.docs .local/pages/docs

env: ## print where the local stack is and who may call it, for a shell: eval "$$(make -s env)"
	@$(RUN)/python -m infrastructure.local env

logs: ## follow the local stack's logs
	@tail -n 40 -F .local/logs/*.log

test: .local/python.stamp .local/node.stamp .local/emulator.stamp ## run every test that this machine can run
	$(RUN)/pytest -n $(WORKERS) --dist worksteal tests --ignore tests/benchmarks

test-real: .local/python.stamp .local/node.stamp .local/emulator.stamp ## run search on OpenSearch and what stores on DynamoDB Local, where a JDK 21 and Maven are; SHORT=1 is what CI runs
	$(RUN)/python -m tests.real $(if $(SHORT),--short) $(SERVERS)

check: lint types test ## what CI runs: format, lint, types, import rule, tests

format: .local/python.stamp ## format the code
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

lint: .local/python.stamp ## format and lint checks, and the import rule
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(LIBRARY) $(RUN)/lint-imports --no-cache

types: .local/python.stamp ## mypy, strict
	$(RUN)/mypy

synth: .local/python.stamp .local/node.stamp ## write the CloudFormation templates to cdk.out
	cdk synth --quiet $(CDK_ARGS)

deploy: .local/python.stamp .local/node.stamp ## deploy to the AWS account that your credentials name: make deploy STAGE=dev; in prod it asks before it widens permissions
	cdk deploy --all --require-approval $(if $(filter prod,$(STAGE)),broadening,never) -c stage=$(or $(STAGE),dev) $(CDK_ARGS)

openapi: .local/python.stamp ## write the documents of the API from the code and the recorded answers, which are held to them
	@$(LIBRARY) $(RUN)/python -m infrastructure.contract docs
	@$(MAKE) -s events
	$(LIBRARY) $(RUN)/python -m infrastructure.contract docs
	@$(MAKE) -s clients

events: .local/python.stamp ## record an event and its answer for every function, and records of the stream, from infrastructure/examples.py
	$(LIBRARY) LOG_LEVEL=ERROR $(RUN)/python -m tests.tools.record_events >/dev/null
	$(LIBRARY) LOG_LEVEL=ERROR $(RUN)/python -m tests.tools.record_stream >/dev/null

smoke: .local/python.stamp ## the whole story against a deployed stage, with a table at the end: PARLEY_OPERATOR_KEY=… make smoke STAGE=dev; without STAGE the local stack
	@$(LIBRARY) $(RUN)/python -m infrastructure.smoke $(STAGE)

soak: .local/python.stamp .local/node.stamp .local/emulator.stamp ## chat by 20 users on a local stack of its own while that is broken in every way, then an audit; MINUTES=1, USERS=20, SHORT=1 is what CI runs
	$(LIBRARY) $(RUN)/python -m tests.proof.soak $(if $(SHORT),--short) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(USERS),--users $(USERS))

fuzz: .local/python.stamp .local/emulator.stamp ## ask every route and parser for what nobody would: FUZZ=20 times what the suite does, with other examples at each run
	FUZZ=$(or $(FUZZ),20) $(RUN)/pytest -q -n $(WORKERS) --dist worksteal tests/fuzz tests/contract/test_any_request.py

load: .local/python.stamp .local/node.stamp .local/emulator.stamp ## load a local stack of its own by a closed and an open model: percentiles, errors, pictures in docs/pictures
	$(LIBRARY) $(RUN)/python -m tests.proof.load $(if $(SHORT),--short) $(if $(SECONDS_EACH),--seconds $(SECONDS_EACH)) $(if $(PICTURES),--pictures $(PICTURES))

cost: .local/python.stamp .local/node.stamp ## print what a stage costs: the idle month of dev and prod, and three workloads
	@$(RUN)/python -m infrastructure.cost

bench: .local/python.stamp .local/node.stamp .local/emulator.stamp ## measure cost, CPU, cold start and throughput, as tables and against their goals; ONLY="cpu cost" some of it
	$(LIBRARY) $(RUN)/python -m tests.benchmarks $(ONLY)

clients: .local/python.stamp .local/node.stamp ## write what the clients say of the contract, from its documents
	@$(LIBRARY) $(RUN)/python -m infrastructure.contract.python_client
	@node clients/typescript/tools/generate.mjs

size: .local/node.stamp ## print what the TypeScript client weighs in a page
	@node clients/typescript/tools/size.mjs

lock: .local/uv.stamp ## write the lock files from pyproject.toml
	@$(VENV)/bin/uv pip compile -q pyproject.toml $(foreach g,api identity media search kafka moderation canary runtime cdk emulator local dev,--group $(g)) --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url -o .local/constraints.txt
	@for group in api identity media kafka moderation canary; do $(MAKE) -s .lock GROUPS="--group $$group" OUT=layers/dependencies/$$group.txt; done
	@$(MAKE) -s .lock GROUPS="--group search $(foreach p,grpcio protobuf opensearch-protobufs,--no-emit-package $(p))" OUT=layers/dependencies/search.txt
	@$(MAKE) -s .lock GROUPS="--group cdk --group local --group runtime" OUT=infrastructure/requirements.txt
	@$(MAKE) -s .lock GROUPS="--group emulator" OUT=infrastructure/local/requirements.txt
	@$(MAKE) -s .lock GROUPS="--group dev" OUT=tests/requirements.txt

.PHONY: .lock .missing
.lock:
	$(VENV)/bin/uv pip compile -q pyproject.toml $(GROUPS) -c .local/constraints.txt --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock' -o $(OUT)

clean: down ## remove all that the commands made
	rm -rf .local .venv node_modules cdk.out

.local/uv.stamp:
	@mkdir -p .local
	@echo "• making the Python environment"
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Parley needs Python 3.11 or later"'
	@[ -x $(RUN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.local/python.stamp: .local/uv.stamp $(LOCKS)
	@echo "• installing the Python packages"
	@$(VENV)/bin/uv pip install --quiet --python $(RUN)/python --require-hashes --no-deps $(addprefix -r ,$(LOCKS))
	@touch $@

.local/emulator.stamp: .local/uv.stamp infrastructure/local/requirements.txt
	@echo "• installing the local stack's servers"
	@[ -x .local/emulator/bin/python ] || $(VENV)/bin/uv venv --quiet --python $(RUN)/python .local/emulator
	@$(VENV)/bin/uv pip install --quiet --require-hashes --compile-bytecode --python .local/emulator/bin/python -r infrastructure/local/requirements.txt
	@touch $@

# What was installed may have been removed since.
.local/node.stamp: package-lock.json $(if $(wildcard node_modules),,.missing)
	@mkdir -p .local
	@command -v npm >/dev/null || { echo "Parley needs Node 20 or later, with npm: neither is on the PATH" >&2; exit 1; }
	@echo "• installing the Node packages: command line tools, and what the page is built with"
	@npm ci --ignore-scripts --loglevel=error --no-audit --no-fund >/dev/null
	@touch $@
