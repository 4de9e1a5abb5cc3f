"""What is said about code: the lines of a diff, the names that it defines, its first comment."""

from __future__ import annotations

import pytest

from voicestream_tui.text.definitions import defined_names, first_comment
from voicestream_tui.text.diffs import Diff, read_diff

UNIFIED = """\
diff --git a/src/app.py b/src/app.py
--- a/src/app.py
+++ b/src/app.py
@@ -1,4 +1,6 @@ def main():
 import os
-import sys
+import re
+import time
+
 x = 1
"""


@pytest.mark.parametrize(
    ("content", "named", "diff"),
    [
        (UNIFIED, True, Diff(3, 1, ("src/app.py",))),
        (UNIFIED, False, Diff(3, 1, ("src/app.py",))),
        ("-a\n+b\n+c\n", True, Diff(2, 1, ())),
        ("-a\n+b\n", False, None),
        ("- a list\n- in code", False, None),
        ("nothing changed", True, None),
        ("@@ -1,2 +1,2 @@\n-- a comment of SQL\n+++i;\n", True, Diff(1, 1, ())),
        ("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n", False, Diff(0, 1, ())),
        (UNIFIED + UNIFIED.replace("app", "lib"), True, Diff(6, 2, ("src/app.py", "src/lib.py"))),
        ("--- old.txt\t2024-01-01\n+++ new.txt\t2024-01-02\n@@ -1 +1 @@\n-a\n+b", False,
         Diff(1, 1, ("new.txt",))),
        ("", True, None),
    ],
)  # fmt: skip
def test_the_lines_of_a_diff_are_counted(content: str, named: bool, diff: Diff | None) -> None:
    assert read_diff(content, named=named) == diff


@pytest.mark.parametrize(
    ("language", "code", "names"),
    [
        ("python", "class A(B):\n    def f(self):\n        pass\n\nasync def g(): ...\nMAX = 3",
         ("A", "f", "g", "MAX")),
        ("py", "x = 1\nprint(x)", ()),
        ("js", "export default function load() {}\nconst MAX = 3\nclass Box {}\n  let inner = 1",
         ("load", "MAX", "Box")),
        ("ts", "export interface Row { a: number }\ntype Id = string\nexport const f = () => 1",
         ("Row", "Id", "f")),
        ("rust", "pub struct A;\nimpl A {\n    pub async fn run(&self) {}\n}\nconst N: u8 = 1;",
         ("A", "run", "N")),
        ("go", "func (s *Server) Run() {}\ntype Server struct{}\nvar x = 1",
         ("Run", "Server", "x")),
        ("c", "#define MAX 3\nstruct node {\nint main(int argc) {\n  return f(1);\n}",
         ("MAX", "node", "main")),
        ("cpp", "std::string Box::name() const {\n", ("Box::name",)),
        ("java", "public class A {\n  private static int f(int x) {\n    return g(x);\n",
         ("A", "f")),
        ("kotlin", "data class P(val x: Int)\nfun main() {}", ("P", "main")),
        ("swift", "struct S {\n  func go() {}", ("S", "go")),
        ("ruby", "module M\n  class A\n    def go!\n", ("M", "A", "go!")),
        ("php", "final class A {\n  public function f() {", ("A", "f")),
        ("bash", "setup() {\n  echo hi\n}\nfunction run {", ("setup", "run")),
        ("sql", "CREATE TABLE IF NOT EXISTS users (id int);\ncreate index on users (id);\nselect 1",
         ("users",)),
        ("make", "build: deps\n\tgo build\nX := 1\ntest:\n", ("build", "test")),
        ("json", '{"a": 1}', ()),
        ("", "def f(): ...", ()),
    ],
)  # fmt: skip
def test_names_are_found(language: str, code: str, names: tuple[str, ...]) -> None:
    assert defined_names(language, code) == names


@pytest.mark.parametrize(
    ("language", "code", "comment"),
    [
        ("python", "#!/usr/bin/env python\n# Load the settings.\nx = 1", "Load the settings."),
        ("python", 'def f():\n    """Load the settings.\n\n    More."""', "Load the settings."),
        ("py", '"""One line."""', "One line."),
        ("js", "/**\n * Load it all.\n */\n// Then this one.", "Then this one."),
        ("js", "/* Load it all. */", "Load it all."),
        ("rust", "//! Reads the file.\n", "Reads the file."),
        ("sql", "-- All users of today\nselect 1", "All users of today"),
        ("sh", "ls # not at the start\n", ""),
        ("yaml", "# ------\n# The port of it\nport: 1", "The port of it"),
        ("python", "x = 1", ""),
        ("python", "#\n# 42\n", ""),
        ("", "// A comment here", "A comment here"),
    ],
)
def test_the_first_comment_is_found(language: str, code: str, comment: str) -> None:
    assert first_comment(language, code) == comment


def test_endless_code_is_read_in_part() -> None:
    assert defined_names("python", "x = 1\n" * 100_000 + "def f(): ...") == ()
    assert first_comment("c", "a " * 500_000) == ""
    assert defined_names("c", "a " * 500_000) == ()
