# Every command's work is done by deploy/; 'make help' lists them.
PYTHON ?= python3
TAGS ?=
K ?=
SKUS ?= 10000
PICTURES = product.png product-events.png listing.png simulator.png \
	wizard-missing-role.png wizard-choices.png resync-preview.png errors-by-cause.png
export HTTP_PORT SIMULATOR_PORT ODOO_HOME ODOO_DEB

.DEFAULT_GOAL := help
.PHONY: help setup run stop test test-addons test-system lint bench scale pictures shell logs clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: ## Odoo with the suite, demo data and the Amazon simulator, in the background
	@$(PYTHON) -m deploy run

stop: ## end what 'make run' started
	@$(PYTHON) -m deploy stop

test: ## everything: test-addons, then test-system
	@$(PYTHON) -m deploy test-addons
	@$(PYTHON) -m deploy test-system

test-addons: ## the addons' own tests in Odoo's test runner (TAGS=/integrator:TestAccess)
	@$(PYTHON) -m deploy test-addons "$(TAGS)"

test-system: ## whole-system and browser tests in pytest (K=killed)
	@$(PYTHON) -m deploy test-system "$(K)"

lint: ## ruff, pylint-odoo, OCA checks, mypy
	@$(PYTHON) -m deploy lint

bench: ## ratios against the floor measured in the same run
	@$(PYTHON) -m deploy bench

scale: ## a whole catalog from the wizard to Amazon's last answer (SKUS=100000)
	@$(PYTHON) -m deploy scale "$(SKUS)"

pictures: ## the README's pictures, made anew by the browser tests
	@$(PYTHON) -m deploy test-system browser
	@cd .local/test/screenshots && cp $(PICTURES) $(CURDIR)/docs/images/

shell: ## Odoo's Python shell on the database of 'make run'
	@$(PYTHON) -m deploy shell

logs: ## follow the logs of 'make run'
	@$(PYTHON) -m deploy logs

setup: ## install Odoo and the Python packages, start nothing
	@$(PYTHON) -m deploy setup

clean: ## stop, and remove all that was made here
	@$(PYTHON) -m deploy clean
