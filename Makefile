# Names for what people type; the work is done by CMake presets and scripts/.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
TEST_PRESET ?= dev

all: release

release: build/release/build.ninja
	cmake --build --preset release -j $(JOBS)

build/%/build.ninja: CMakeLists.txt CMakePresets.json
	cmake --preset $*

test:
	scripts/install-deps
	scripts/fetch-nmap-backports
	scripts/fetch-services
	scripts/check-dap-log --prepare
	cmake --preset $(TEST_PRESET)
	cmake --build --preset $(TEST_PRESET) -j $(JOBS)
	ctest --preset $(TEST_PRESET) -j $(JOBS)

demo:
	scripts/install-deps --build
	$(MAKE) release
	scripts/demo

fuzz:
	scripts/fuzz

bench: release
	scripts/bench

vsix:
	scripts/install-deps --vsix
	scripts/with-node scripts/package-vsix

test-editors: release
	scripts/install-deps --editors
	scripts/with-node scripts/test-editors
	[ ! -x scripts/test-editors-terminal ] || scripts/test-editors-terminal

test-containers: release
	scripts/test-containers build/release/bin/nsedbg

install: release
	cmake --install build/release --strip --prefix $(PREFIX)

check-format:
	scripts/check-format

clean:
	rm -rf build

.PHONY: all release test demo fuzz bench vsix test-editors test-containers install check-format clean
