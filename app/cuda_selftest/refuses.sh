#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# refuses.sh PROGRAM VECTORS: what the self-test refuses, with a GPU or without: exit code 2 and a message that holds the text.
program=$1
vectors=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

refuses() {
  text=$1
  shift
  message=$("$program" "$@" 2>&1)
  code=$?
  case $message in
    *"$text"*) test $code -eq 2 && return ;;
  esac
  echo "$*: exit code $code, \"$message\" in place of 2 and \"$text\""
  exit 1
}

refuses "usage: " foo
refuses "usage: " -1
refuses "usage: " 1x
refuses "usage: " 0 1
refuses "usage: " --golden
refuses "usage: " --wrong
refuses "no CUDA device 9999" 9999
refuses "no CUDA device 9999" --golden "$vectors" 9999

refuses "$folder/missing" --golden "$folder/missing"
refuses "holds no vectors" --golden "$folder"
head -c 100 "$vectors" >"$folder/short.safetensors"
refuses "short.safetensors" --golden "$folder/short.safetensors"
refuses "short.safetensors" --golden "$folder" 9999
sed 's/bool_gemm\.ties/bool_germ.ties/g' "$vectors" >"$folder/short.safetensors"
refuses "vectors of bool_gemm and flip_step alone" --golden "$folder/short.safetensors"
