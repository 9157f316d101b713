#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores by lm-evaluation-harness, for tests/engine/test_tasks.cpp.

    pip install lm-eval torch transformers
    python tests/golden/make_task_scores.py

Runs the harness' own task definitions on the few questions of tests/engine/data/tasks with the model
resources/models/tiny-llama in float32 and writes expected.json there: per task its results and, per question, contexts,
continuations and what the model says of them; its task_hashes; and the rolling log-likelihoods of lambada_openai's texts.
"""
import json
import os
import pathlib

os.environ["HF_HUB_OFFLINE"] = "1"  # the data lies here

import lm_eval
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager
from lm_eval.utils import hash_string

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/engine/data/tasks"
TASKS = ["boolq", "piqa", "hellaswag", "winogrande", "arc_easy", "arc_challenge", "openbookqa", "lambada_openai"]
NUMBERS = ("acc", "acc_stderr", "acc_norm", "acc_norm_stderr", "acc_bytes", "acc_bytes_stderr", "perplexity")


def local(manager, name):
    """The harness' task on our questions, with every score that it can give."""
    file = str(DATA / f"{name}.jsonl")
    task = {"dataset_path": "json", "dataset_name": None,
            "dataset_kwargs": {"data_files": {split: file for split in ("train", "validation", "test")}}}
    if name not in ("boolq", "winogrande", "lambada_openai"):
        task["metric_list"] = [{"metric": metric, "aggregation": "mean", "higher_is_better": True}
                               for metric in ("acc", "acc_norm", "acc_bytes")]
    return manager._factory.build(manager._entry(name), overrides=task, registry=manager.task_index)


def hash_of(samples):
    """EvaluationTracker.save_results_aggregated."""
    return hash_string("".join(sample["doc_hash"] + sample["prompt_hash"] + sample["target_hash"] for sample in samples))


def main():
    model = HFLM(pretrained=str(ROOT / "resources/models/tiny-llama"), dtype="float32", device="cpu", batch_size=1)
    manager = TaskManager()
    done = lm_eval.simple_evaluate(model=model, tasks=[local(manager, name) for name in TASKS], log_samples=True,
                                   bootstrap_iters=2)
    tasks, versions = {}, {}
    for name in TASKS:
        results = {key: value for key, value in done["results"][name].items() if key.split(",")[0] in NUMBERS}
        samples = sorted(done["samples"][name], key=lambda sample: sample["doc_id"])
        tasks[name] = {
            "results": results,
            "samples": [{"arguments": [list(arguments) for arguments in sample["arguments"]],
                         "resps": [list(answer[0]) for answer in sample["resps"]]} for sample in samples]}
        versions[name] = int(done["versions"][name])
    texts = [json.loads(line)["text"] for line in (DATA / "lambada_openai.jsonl").read_text().splitlines()]
    rolling = model.loglikelihood_rolling(
        [Instance("loglikelihood_rolling", {}, (text,), i) for i, text in enumerate(texts)], disable_tqdm=True)
    expected = {"harness": lm_eval.__version__, "tasks": tasks, "versions": versions,
                "task_hashes": {name: hash_of(done["samples"][name]) for name in TASKS}, "rolling": rolling}
    (DATA / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
