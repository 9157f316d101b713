#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the files of `boolab-cli evaluate --results --log-samples` with those of lm-evaluation-harness.

    compare_harness.py [--cli build/bin/boolab-cli] [--keep FOLDER]

Both evaluate resources/models/tiny-llama in float32 on the questions of tests/engine/data/tasks; the harness by its own
task definitions, its command line's tracker, and with the tasks as a group. Compared are names, types and values of the
results, the tables that the harness prints of both (tasks and groups), and every line of the samples with its hashes.
Where the two differ on purpose it stands below, with the reason. Ends with 1 where anything else differs, with 77 where
this Python has no lm-eval: BOOLAB_HARNESS_PYTHON names another.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/engine/data/tasks"
MODEL = ROOT / "resources/models/tiny-llama"
GROUPS = {"all": None, "normalised": ["piqa", "arc_easy"]}  # runs; None: every task

# Null with us, and why.
NULL = {"config.model_revision": "of the Hub", "config.random_seed": "nothing is drawn", "config.numpy_seed": "the same",
        "config.torch_seed": "the same", "config.fewshot_seed": "the same",
        "lm_eval_version": "the harness did not run"}
# Missing with us, and why.
MISSING = {"training_split": "few-shot examples are not read", "fewshot_config": "the same",
           "should_decontaminate": "is not done", "doc_to_decontamination_query": "the same",
           "process_docs": "the source of a Python function", "config_source": "the place of the harness' file"}
FUNCTIONS = {"winogrande": ("doc_to_text", "doc_to_target", "doc_to_choice")}  # Python source there: missing
TESTED = ("arc_easy", "arc_challenge", "openbookqa")  # on the test split, the only one that is named
# More with us, and why.
MORE = {"boolab": "how the scores came about", "start_time": "of earlier versions of the harness", "end_time": "the same"}
# Other values of the same type, and why.
OTHER = {"config.model": "the program", "model_source": "the program", "config.bootstrap_iters": "nothing is drawn",
         "pretty_env_info": "of our libraries", "transformers_version": "is not used", "date": "a time",
         "total_evaluation_time_seconds": "a time", "fewshot_as_multiturn": "no chat is formed",
         "git_hash": "of the folder it runs in", "upper_git_hash": "the same"}

problems = []


def check(holds, what):
    if not holds:
        problems.append(what)


def python_with_harness():
    """Runs on in the Python that the environment names, where this one lacks the harness."""
    if importlib.util.find_spec("lm_eval") is not None:
        return
    other = os.environ.get("BOOLAB_HARNESS_PYTHON")
    if not other or os.environ.get("BOOLAB_HARNESS_TRIED"):
        print("skipped: no Python with lm-eval: name one by BOOLAB_HARNESS_PYTHON")
        sys.exit(77)
    os.environ["BOOLAB_HARNESS_TRIED"] = "1"
    os.execv(other, [other, *sys.argv])


def our_run(cli, folder, tasks):
    done = subprocess.run([str(cli), "evaluate", str(MODEL), "--tasks", ",".join(tasks), "--task-data", str(DATA),
                           "--dtype", "float32", "--device", "cpu", "--batch-size", "3", "--results", str(folder),
                           "--log-samples", "--quiet", "--json"], capture_output=True, text=True, check=False,
                          env={**os.environ, "BOOLAB_HOME": str(folder / "home")})
    if done.returncode != 0:
        sys.exit(f"boolab-cli: {done.stderr}")
    return pathlib.Path(json.loads(done.stdout)["results_file"])


def harness_run(folder, tasks):
    import lm_eval
    import torch.utils.collect_env
    from lm_eval.api.group import Group
    from lm_eval.config.group import AggMetricConfig
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager
    sys.path.insert(0, str(ROOT / "tests/golden"))
    from make_task_scores import local

    torch.utils.collect_env.get_pretty_env_info = lambda: "takes a minute"
    manager = TaskManager()
    members = [local(manager, name) for name in tasks]
    normalised = all("acc_norm" in task.higher_is_better() for task in members)
    group = Group("tasks_mean", aggregate_metric_list=[
        AggMetricConfig(metric, weight_by_size=False) for metric in (["acc", "acc_norm"] if normalised else ["acc"])])
    for task in members:
        group.add(task)
    tracker = EvaluationTracker(output_path=str(folder))
    results = lm_eval.simple_evaluate(
        model="hf", model_args={"pretrained": str(MODEL), "dtype": "float32"}, device="cpu", batch_size=3, tasks=[group],
        log_samples=True, bootstrap_iters=2, evaluation_tracker=tracker)
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for name in results["configs"]:
        tracker.save_results_samples(task_name=name, samples=samples[name])
    return next(folder.glob("*/results_*.json"))


def is_allowed(path, ours, theirs):
    key = path.rsplit(".", 1)[-1]
    if path in OTHER:
        return type(ours) is type(theirs) or key.endswith("git_hash")
    return (path in NULL and ours is None or key == "perplexity_stderr,none" and ours == "N/A" or
            path.startswith("configs.") and key == "data_files" or path == "configs.boolq.metric_list")


def is_missing_on_purpose(path, key):
    if not path.startswith("configs."):
        return False
    task = path.split(".")[1]
    return key in MISSING or key in FUNCTIONS.get(task, ()) or (key == "validation_split" and task in TESTED)


def same_number(ours, theirs):
    return ours == theirs or abs(ours - theirs) <= 1e-4 * abs(theirs)  # perplexities; scores differ by none or by much


def compare(path, ours, theirs):
    """Names, types and values of one part of the results."""
    if is_allowed(path, ours, theirs):
        return
    check(type(ours) is type(theirs), f"{path}: {type(ours).__name__} {ours!r}, harness {type(theirs).__name__} {theirs!r}")
    if type(ours) is not type(theirs):
        return
    if isinstance(theirs, dict):
        for key in theirs.keys() - ours.keys():
            check(is_missing_on_purpose(path, key), f"{path}.{key}: missing")
        for key in ours.keys() - theirs.keys():
            check(not path and key in MORE, f"{path}.{key}: the harness has none")
        for key in theirs.keys() & ours.keys():
            compare(f"{path}.{key}".lstrip("."), ours[key], theirs[key])
    elif isinstance(theirs, list) and len(ours) == len(theirs) and path != "group_subtasks.tasks_mean":
        for i, (one, other) in enumerate(zip(ours, theirs)):
            compare(f"{path}.{i}", one, other)
    elif isinstance(theirs, list):
        check(sorted(map(str, ours)) == sorted(map(str, theirs)), f"{path}: {ours}, harness {theirs}")
    elif isinstance(theirs, float):
        check(same_number(ours, theirs), f"{path}: {ours}, harness {theirs}")
    else:
        check(ours == theirs, f"{path}: {ours!r}, harness {theirs!r}")


def as_number(text):
    try:
        return float(text)
    except ValueError:
        return text


def cells(table):
    # As numbers: beside an "N/A" pytablewriter shows 0.0000 as 0.
    return [[as_number(cell.strip()) for cell in line.strip("|").split("|")] for line in table.splitlines() if "---" not in line]


def compare_tables(ours, theirs, column):
    from lm_eval.utils import make_table
    rows, expected = cells(make_table(ours, column)), cells(make_table(theirs, column))
    check(len(rows) == len(expected), f"table of {column}: {len(rows)} rows, harness {len(expected)}")
    for row, right in zip(rows, expected):
        if "perplexity" in right:  # 58 digits of it, and a standard error that is drawn
            check(row[:6] == right[:6] and same_number(row[6], right[6]), f"table of {column}: {row}, {right}")
        else:
            check(row == right, f"table of {column}: {row}, harness {right}")
    return make_table(ours, column)


def compare_answers(where, ours, theirs):
    check(len(ours) == len(theirs), f"{where}: {len(ours)}, harness {len(theirs)}")
    for one, other in zip(ours, theirs):
        if isinstance(other[0], list):
            compare_answers(where, one, other)
            continue
        check(all(isinstance(part, str) for part in one) and one[1] == other[1], f"{where}: {one}, harness {other}")
        check(abs(float(one[0]) - float(other[0])) <= 1e-6 * abs(float(other[0])), f"{where}: {one}, harness {other}")


def compare_samples(ours, theirs, task):
    def lines(results):
        name = results.name.replace("results_", f"samples_{task}_") + "l"
        return [json.loads(line) for line in (results.parent / name).read_text(encoding="utf-8").splitlines()]
    mine, right = lines(ours), sorted(lines(theirs), key=lambda sample: sample["doc_id"])
    check(len(mine) == len(right), f"samples of {task}: {len(mine)}, harness {len(right)}")
    for one, other in zip(mine, right):
        where = f"samples of {task}, {other['doc_id']}"
        check(list(one) == list(other), f"{where}: fields {list(one)}, harness {list(other)}")
        for key in other.keys() & one.keys():
            if key in ("resps", "filtered_resps"):
                compare_answers(f"{where}: {key}", one[key], other[key])
            elif key == "perplexity":
                check(abs(one[key] - other[key]) <= 1e-6 * abs(other[key]), f"{where}: {key}")
            else:
                check(json.dumps(one[key]) == json.dumps(other[key]), f"{where}: {key} {one[key]!r}, harness {other[key]!r}")
    return len(right)


def compare_run(cli, folder, tasks):
    ours, theirs = our_run(cli, folder / "ours", tasks), harness_run(folder / "harness", tasks)
    check(ours.parent.name == theirs.parent.name, f"folder {ours.parent.name}, harness {theirs.parent.name}")
    mine, right = (json.loads(file.read_text(encoding="utf-8")) for file in (ours, theirs))
    compare("", mine, right)
    for column in ("results", "groups"):
        print(compare_tables(mine, right, column))
    questions = sum(compare_samples(ours, theirs, task) for task in tasks)
    print(f"{len(tasks)} tasks, {questions} samples compared with lm-eval {right['lm_eval_version']}\n")


def main():
    python_with_harness()
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cli", type=pathlib.Path, default=ROOT / "build/bin/boolab-cli")
    arguments.add_argument("--keep", type=pathlib.Path, help="leave the files of both in this folder")
    given = arguments.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"  # the data lies here
    every = sorted(file.stem for file in DATA.glob("*.jsonl"))
    with tempfile.TemporaryDirectory() as scratch:
        for name, tasks in GROUPS.items():
            compare_run(given.cli.resolve(), (given.keep or pathlib.Path(scratch)) / name, tasks or every)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
