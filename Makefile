# Yinfeng. `make` lists the targets. Needs only make and Python 3.11–3.13 with its venv module.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-postgresql test-browser test-spark screenshots lint check fix bench lock clean

VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# As pip does: trust the machine's certificates (an office's proxy may have its own) and pip's own mirror.
export UV_SYSTEM_CERTS := true
export UV_NATIVE_TLS := true
MIRROR = index=$$($(BIN)/python -m pip config get global.index-url 2>/dev/null); \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi

# The newest supported Python on the machine; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& { echo $$p; break; }; done)

help: ## 列出可用命令 · list the targets
	@echo "引凤 Yinfeng"; echo
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(STAMP) ## 建立本项目的环境 · set up the project's own environment (.venv)

$(STAMP): pyproject.toml requirements/dev.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "需要 Python 3.11–3.13，未找到。Debian/Ubuntu: apt-get install python3 python3-venv"; \
		echo "Python 3.11-3.13 is needed and was not found. Debian/Ubuntu: apt-get install python3 python3-venv"; exit 1; fi
	@echo "[1/4] 建立环境 · creating $(VENV) with $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		v=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "这个 Python 缺少 venv 模块。Debian/Ubuntu: apt-get install python$$v-venv"; \
		echo "This Python lacks its venv module. Debian/Ubuntu: apt-get install python$$v-venv"; exit 1; }
	@echo "[2/4] 安装 uv · putting uv into it"
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@echo "[3/4] 安装依赖 · installing the pinned packages (requirements/dev.txt)"
	@$(MIRROR); $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@echo "[4/4] 编译求解内核 · compiling the kernels"
	@$(BIN)/yinfeng compile --lang en >/dev/null
	@touch $@
	@echo "环境就绪 · ready"

DEMO := examples/newspaper/2024-02
HALF_YEAR := examples/newspaper/2024-06

# SERVE=no ends before the site; PORT=… serves it elsewhere.
SERVE ?= yes
PORT  ?= 8000

demo: setup ## 用报纸上的开发区演示，再启动站点 · plan the newspaper's zones, then serve them as a site
	@mkdir -p demo
	@echo; echo '$$ yinfeng match --ledgers $(DEMO) --as-of 2024-02-29 -o demo/plan.xlsx'
	@$(BIN)/yinfeng match --ledgers $(DEMO) --as-of 2024-02-29 -o demo/plan.xlsx
	@echo; echo '$$ yinfeng takers --place L1 --plan demo/plan.xlsx'
	@$(BIN)/yinfeng takers --place L1 --plan demo/plan.xlsx --near 4
	@echo; echo '$$ yinfeng why P3 --plan demo/plan.xlsx'
	@$(BIN)/yinfeng why P3 --plan demo/plan.xlsx
	@echo; echo '$$ yinfeng progress $(HALF_YEAR) --on 2024-06-30'
	@$(BIN)/yinfeng progress $(HALF_YEAR) --on 2024-06-30
	@echo; echo '$$ yinfeng bulletin $(HALF_YEAR) --zone 临汾经济开发区 --period 2024H1 -o demo/简报.docx --pdf'
	@$(BIN)/yinfeng bulletin $(HALF_YEAR) --zone 临汾经济开发区 --period 2024H1 -o demo/简报.docx --pdf
ifneq ($(SERVE),no)
	@echo; echo '$$ yinfeng demo-site --site demo/site --ledgers $(DEMO)'
	@$(BIN)/yinfeng demo-site --site demo/site --ledgers $(DEMO)
	@echo; echo '$$ yinfeng serve --site demo/site --port $(PORT)'
	@exec $(BIN)/yinfeng serve --site demo/site --port $(PORT)
endif

test: setup ## 运行测试 · run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

test-postgresql: setup ## 网页测试改用 PostgreSQL · the web's tests again, on PostgreSQL
	@YINFENG_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n auto --dist worksteal tests/web

test-browser: setup ## 在 Chromium 中测试网页 · test the pages in a real Chromium
	@$(BIN)/python -m pytest -m browser tests/browser

test-spark: setup ## 在 Spark 执行器上测试（需要 Java 17）· test plans on Spark executors (needs Java 17)
	@$(MIRROR); $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/spark.txt
	@$(BIN)/python -m pytest -m spark tests/spark

screenshots: setup ## 重新截取文档中的图片 · take the pictures in docs/images anew
	@YINFENG_SCREENSHOTS=1 $(BIN)/python -m pytest -m browser -k picture tests/browser

lint: setup ## 检查风格、类型、分层、文档 · style, types, import contracts, docs up to date
	@echo "[1/6] ruff";          $(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@echo "[2/6] mypy";          $(BIN)/mypy --no-error-summary
	@echo "[3/6] import-linter"; $(BIN)/lint-imports --no-logo >.make-lint.tmp || { cat .make-lint.tmp; rm -f .make-lint.tmp; exit 1; }; rm -f .make-lint.tmp
	@echo "[4/6] generated docs"; $(BIN)/python docs/generate.py --check
	@echo "[5/6] example ledgers"; $(BIN)/python examples/newspaper/build.py --check
	@echo "[6/6] docs snippets";  $(BIN)/python docs/snippets.py

check: lint test ## 与持续集成相同的全部检查 · all that CI does; changes nothing

fix: setup ## 自动整理 · let the tools mend what they can
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	@$(BIN)/python docs/generate.py
	@$(BIN)/python examples/newspaper/build.py

PEERS   := $(VENV)/peers
FIGURES ?=
SIZES   ?=
REPEATS ?= 3

bench: setup $(PEERS)/.installed ## 性能测试，可续 · run the benchmarks; goes on where it ended (FIGURES="B1 B5" SIZES="1k 10k")
	@$(BIN)/python -m benchmarks run "$(FIGURES)" --size "$(SIZES)" --repeats $(REPEATS)
	@$(BIN)/python -m benchmarks pictures
	@$(BIN)/python -m benchmarks tables

# In a folder of their own: an installed Yinfeng must not import them by accident.
$(PEERS)/.installed: requirements/bench.txt
	@echo "安装对照软件 · installing what is measured against (requirements/bench.txt)"
	@$(MIRROR); rm -rf $(PEERS); $(BIN)/uv pip install --quiet --python $(BIN)/python --target $(PEERS) \
		--require-hashes -r requirements/bench.txt
	@touch $@

lock: setup ## 重新锁定依赖 · compile requirements/*.txt anew
	@for name in base dev; do \
		group=$$([ $$name = dev ] && echo "--group dev"); \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
			--no-emit-index-url --custom-compile-command "make lock" pyproject.toml $$group -o requirements/$$name.txt; done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-emit-index-url \
		--custom-compile-command "make lock" --constraint requirements/dev.txt --group bench -o requirements/bench.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --constraint requirements/dev.txt --extra spark pyproject.toml \
		-o requirements/spark.txt
	@echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --constraint requirements/dev.txt - -o requirements/uv.txt

clean: ## 删除环境与缓存 · remove the environment and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
