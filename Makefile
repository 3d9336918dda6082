# Short names for what one would type; `make` alone lists them.
PYTHON ?= python3
# For make replay, RUN is what a person types; everywhere else it is how modules are run.
REPLAYED := $(if $(filter command environment,$(firstword $(origin RUN))),$(value RUN))
override RUN := .venv/bin/python -m
ENV ?= prod
LOCKS := requirements requirements-dev lambdas/layers/agents lambdas/layers/answering lambdas/layers/documents lambdas/layers/mcp lambdas/layers/runtime lambdas/layers/sealing local/requirements sagemaker/processing/requirements
PEERS := benchmarks/peers/agents benchmarks/peers/duplicates benchmarks/peers/faults benchmarks/peers/langchain benchmarks/peers/parsers benchmarks/peers/pdf benchmarks/peers/personal benchmarks/peers/recognition benchmarks/peers/retrieval benchmarks/peers/splitters
COMPILE := .venv/bin/uv pip compile --quiet --system-certs --universal --generate-hashes --no-header --no-annotate --python-version 3.11

# What a person types goes to the commands as it is, whatever signs are in it.
override Q := $(value Q)
override TASK := $(value TASK)
override FILE := $(value FILE)
override NAME := $(value NAME)
override FOLDER := $(value FOLDER)
override PREFIX := $(value PREFIX)
override DATA := $(value DATA)
override GOLD := $(value GOLD)
# Make knows AS as the name of an assembler.
ifeq ($(origin AS),default)
AS :=
endif
# The shell's own USER is whoever is logged in.
ERASED := $(if $(filter command,$(firstword $(origin USER))),$(value USER))
override ABOUT := $(value ABOUT)
export ERASED ABOUT DOCUMENTS
export Q REASON TASK TEAM ID SVG FILE FOLDER BUCKET PREFIX DRY FORCE DATA GOLD AS AGENT REPLAYED SAVE MODEL AUDIT KEY JSON STRICT AGAIN REQUEST CHAT DOMAIN PRIORITY NAME STATE VALUE TENANT TOKEN GO CHANGE OUTCOME BASE EFFECT SHARE POWER SIGNIFICANCE STOP OLDER GOLDEN TO STATUS BACK DONE REBUILD TABLE AT BACKUP ALLOW

.DEFAULT_GOAL := help
.PHONY: help setup up chat team runs run triggers trigger ask batch add documents document sync bulk quality reindex approve review golden erase reveal switch experiment restore protect secret token compare test coverage synth comply cost dictionary diff flow prices preflight deployer sbom dev logs explain replay bench bench-peers evaluate calibrate lint audit lock down clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: ## everything that must be installed, and nothing else
	@$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('Python 3.11 or newer is needed: make up PYTHON=python3.13')"
	@$(PYTHON) -m local.commands.setup $(if $(filter small,$(CHAT)),--chat-small)

up: setup ## deploy to a local AWS, add the documents of a domain, ask three questions   [DOMAIN=name] [CHAT=small]
	@$(RUN) local.commands.up

chat: setup ## a conversation with the local deployment: [AS=name] [AGENT=name, who acts through tools]
	@$(RUN) local.commands.$(if $(AGENT),agent_chat,chat)

team: setup ## give a team a task, and watch its roles: TEAM=name TASK="..." [AS=user]
	@$(RUN) local.commands.team "$$TASK"

runs: setup ## your runs of agents and teams, newest first   [AS=user]
	@$(RUN) local.commands.runs

run: setup ## one run: each role with input, output, cost and time: ID=run [AS=user] [SVG=file]
	@$(RUN) local.commands.runs "$$ID"

triggers: ## what begins runs of agents by itself, and what came of it today   [AS=user of the tenant]
	@$(RUN) local.commands.triggers

trigger: ## begin a schedule's run now: NAME=trigger [AS=user of the tenant]
	@$(RUN) local.commands.triggers "$$NAME"

ask: ## ask the local deployment: Q="..." [AS=user] [JSON=1]
	@$(RUN) local.commands.ask "$$Q"

approve: setup ## decide what teams have made and a person has to approve, one after another   [AS=approver]
	@$(RUN) local.commands.approve

review: setup ## decide what users appealed, and answers in doubt, one after another   [AS=reviewer]
	@$(RUN) local.commands.review

golden: ## what reviewers decided becomes golden questions of the domain   [AS=reviewer]
	@$(RUN) local.commands.golden

erase: ## erase a person, with a certificate: USER=name ABOUT="names; addresses" [DOCUMENTS=list|redact|delete] [DRY=1] [AS=officer]
	@USER="$$ERASED" $(RUN) local.commands.erase

batch: ## questions of a file, answered in a batch: FILE=questions.txt|jsonl [AS=user] [PRIORITY=high] [AGAIN=1]
	@$(RUN) local.commands.batch "$$FILE"

reveal: ## what a token in a document stands for, for privacy officers: NAME=name TOKEN=token REASON="..." [AS=officer]
	@$(RUN) local.commands.reveal "$$NAME"

add: ## add a document or a folder and wait until it can be asked about: FILE=path [AS=user] [STRICT=1] [AGAIN=1]
	@$(RUN) local.commands.add "$$FILE"

documents: ## what documents there are, in which state and why: [STATE=name] [AS=user]
	@$(RUN) local.commands.documents

document: ## one document: versions, passages, where they came from, who may read it: NAME=name [AS=user]
	@$(RUN) local.commands.documents "$$NAME"

sync: ## make a tenant's documents the same as FOLDER=path [AS=user] [AGAIN=1], or BUCKET=name [PREFIX=] [TENANT=]: [DRY=1] [FORCE=1]
	@$(RUN) local.commands.$(if $(BUCKET),sync_bucket "$$BUCKET" "$$PREFIX",sync "$$FOLDER")

bulk: ## read what waits in bulk by a Processing job: Spark on this machine in place of SageMaker's
	@$(PYTHON) -m local.commands.setup --spark
	@$(RUN) local.commands.bulk

quality: ## duplicates, contradictions, personal data, unread pages, old documents: [AS=user] [OLDER=days] [GOLDEN=1: golden questions without an answer]
	@$(RUN) local.commands.quality

reindex: ## a new index beside the old one, and searches moved over: [TO=chunking=small|model=small] [STATUS=1] [BACK=1 returns] [DONE=1] [REBUILD=1: of what is stored, when the index is lost]
	@$(RUN) local.commands.reindex

# ENV is prod for make synth and its kind; here it is the laptop unless someone names another.
switch experiment restore protect secret: export ENV := $(if $(filter file,$(origin ENV)),,$(ENV))
switch: ## what is switched off, or switch: NAME=switch VALUE=on|off [TENANT=tenant] [ENV=name GO=1]
	@$(RUN) operating.switch

experiment: ## what runs and its counts; a plan: NAME=, CHANGE=, OUTCOME=, BASE=, EFFECT= [GO=1 starts]; STOP=1 GO=1 ends [ENV=name]
	@$(RUN) operating.experiment

secret: ## keys that tools send; set one, asked for and never shown: NAME=key, BACK=1 returns to the former [ENV=name GO=1]
	@$(RUN) operating.secret

restore: ## tables, since when each can be restored; rows or a table brought back: TABLE=name [AT=moment] [BACKUP=arn] [ENV=name GO=1]
	@$(RUN) operating.restore

protect: ## have CloudFormation refuse to replace or delete what keeps data: [ALLOW=stack/id: but for this one] [ENV=name GO=1]
	@$(RUN) operating.protect

dev: ## put every saved change of lambdas/ and of the domain's tools, agents and policies into the local functions
	@$(RUN) local.commands.dev

token: ## a curl command with URL and token, to paste and change   [AS=user] [JSON=1]
	@$(RUN) local.commands.token

compare: ## what the local AWS made against the templates, property by property
	@$(RUN) local.commands.compare

logs: ## follow the functions' logs, or show one request's: [REQUEST=id]
	@$(RUN) local.commands.logs

explain: ## one answer taken apart, and why it is wrong: Q="..." or REQUEST=id [AS=user] [GOLD="document: quote"]
	@$(RUN) local.commands.explain

replay: ## a recorded run of an agent, played again; the first difference: RUN=id|file.json [MODEL=name|URL] [SAVE=file.json]
	@RUN="$$REPLAYED" $(RUN) local.commands.replay

test: setup ## every test; plain `pytest` runs those that need no server
	@.venv/bin/pytest -n auto --dist loadgroup
	@CAUSEWAY_STATE=.causeway/test .venv/bin/pytest tests/local -n 2 --dist loadfile

coverage: setup ## which lines of lambdas/ and stacks/ no test runs; counting them takes as long again as the tests
	@.venv/bin/pytest --cov -n auto --dist loadgroup

# Where synthesis finds its Python and Node.
synth comply cost coverage deployer dictionary diff flow preflight test bench bench-peers evaluate: export PATH := $(CURDIR)/.venv/bin:$(PATH)

synth: setup ## templates into cdk.out/ENV: ENV=local|dev|staging|prod, or delivery: the pipeline
	@.causeway/node/node_modules/.bin/cdk synth --quiet -c "env=$(ENV)" --output "cdk.out/$(ENV)" \
	  || { rmdir "cdk.out/$(ENV)" cdk.out 2>/dev/null; exit 1; }

comply: setup ## findings, acknowledgments, controls, roles and keys, as a page: ENV=...
	@$(RUN) stacks.reports.comply "$(ENV)"

cost: setup ## what an environment costs a month: ENV=... [IDLE=1: with no load] [COMPARE="dev prod"]
	@$(RUN) stacks.reports.cost $(if $(COMPARE),--compare $(COMPARE),$(if $(IDLE),--idle )"$(ENV)")

diff: setup ## what a deploy would replace and lose: ENV=... [SINCE=release|commit; without it: against what is deployed]
	@$(RUN) stacks.reports.diff "$(ENV)" $(if $(SINCE),--since "$(SINCE)")

dictionary: setup ## what every store holds, field by field: docs/data-dictionary.md
	@$(RUN) docs.dictionary

flow: setup ## who sends data to whom, as pictures with trust boundaries: ENV=...
	@$(RUN) stacks.reports.flow "$(ENV)"

prices: ## what AWS takes, looked up anew in its public price list: [REGION=name]
	@$(RUN) stacks.reports.cost.renew $(if $(REGION),--region $(REGION))

deployer: setup ## the lines that bootstrap an account with rights for CloudFormation: ENV=dev|staging|prod
	@$(RUN) stacks.reports.deployer "$(ENV)"

preflight: setup ## what a real account still needs: ENV=...
	@$(RUN) stacks.reports.preflight "$(ENV)"

bench: setup bench-peers ## the benchmark tables
	@$(RUN) benchmarks

evaluate: setup ## quality on public data: DATA=folder [ONLY=set]; evaluation/README.md says where the sets come from
	@$(RUN) benchmarks.peers retrieval
	@$(RUN) evaluation "$$DATA" $(if $(ONLY),--only $(ONLY))

calibrate: setup ## weights of hybrid search, the floor of similarity and confidence, with their evidence: DATA=folder [MODEL=small the second model's weights alone]
	@$(RUN) evaluation.calibrate "$$DATA" $${MODEL:+--model "$$MODEL"}
	@[ -n "$$MODEL" ] || $(RUN) evaluation.confidence "$$DATA"

bench-peers: setup ## what the benchmarks measure beside ours, each in an environment of its own
	@$(RUN) benchmarks.peers

lint: setup ## ruff (rules and format), mypy, import-linter
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@PYTHONPATH=.:lambdas .venv/bin/lint-imports

audit: setup ## known weaknesses of the pinned packages
	@.venv/bin/python .ci/audit.py $(LOCKS:%=%.txt)

sbom: setup ## bills of materials of layers and tools, with licences: build/sbom/
	@.venv/bin/python .ci/sbom.py $(LOCKS:%=%.txt) local/models/small.txt

lock: ## the .txt files from the .in files
	@for lock in $(LOCKS) $(PEERS); do $(COMPILE) $$lock.in --output-file $$lock.txt || exit 1; done
	@$(COMPILE) --no-deps local/models/small.in --output-file local/models/small.txt

down: ## stop everything that was started
	@$(PYTHON) -m local.commands.down

clean: ## stop everything and remove all local state
	@$(PYTHON) -m local.commands.down --clean
