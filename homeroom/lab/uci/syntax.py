"""The shell's language: text to a tree. What POSIX calls simple and compound commands; arithmetic only in `$(( ))`.

Source: POSIX.1-2017, Shell Command Language (2.2 to 2.10), as BusyBox ash takes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from homeroom.lab.uci.cursor import END, Cursor
from homeroom.lab.uci.tree import (
    Block,
    Case,
    Chain,
    Command,
    For,
    Function,
    Group,
    If,
    Loop,
    Part,
    Pipe,
    Redirect,
    Simple,
    SyntaxFault,
    Word,
)

_PARAMETER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[?$!#@*0-9-]")
_BRACED: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*|[?$!#@*0-9])(:?[-=+?]|%%?|##?)?")
_ASSIGN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_REDIRECT: Final = re.compile(r"(\d?)(>>|>&|<&|<<-|<<|>|<)")
_PLAIN: Final = re.compile(r"[^ \t\n;&|<>()'\"\\$`}]+")
_QUOTED: Final = re.compile(r'[^"\\$`)]+')
_RESERVED: Final = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})


@lru_cache(maxsize=256)
def parse(text: str) -> Block:
    """Read a script; SyntaxFault when it is none."""
    parser = _Parser(text)
    block = parser.block(())
    if parser.pos < len(text):
        raise parser.unexpected()
    return block


class _Parser(Cursor):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._documents: list[tuple[list[Part], str, bool, bool]] = []

    def lines(self) -> None:
        """Pass over line ends, and take the here-documents that begin behind them."""
        self.blank()
        while self.here in {"\n", ";"} and not self.at(";;"):
            newline = self.here == "\n"
            self.pos += 1
            if newline:
                self._here_documents()
            self.blank()

    def need(self, *words: str) -> str:
        self.lines()
        found = self.keyword(*words)
        if not found:
            raise self.unexpected(words[0])
        return found

    def unexpected(self, wanted: str = "") -> SyntaxFault:
        found = self.peek() or self.here
        said = "end of file" if self.pos >= len(self.text) else "newline" if found == "\n" else f'"{found}"'
        return SyntaxFault(f"syntax error: unexpected {said}" + (f' (expecting "{wanted}")' if wanted else ""))

    def word(self) -> Word:
        parts: list[Part] = []
        while self.here and self.here not in END:
            self._piece(parts)
        return tuple(parts)

    def _piece(self, parts: list[Part]) -> None:
        """Take one piece of a word."""
        character = self.here
        if character == "'":
            end = self.find("'", self.pos + 1)
            parts.append(Part("text", self.text[self.pos + 1 : end], quoted=True))
            self.pos = end + 1
        elif character == '"':
            self.pos += 1
            parts.append(Part("text", "", quoted=True))
            parts.extend(self._double('"'))
            self.pos += 1
        elif character == "\\":
            if not self.at("\\\n"):
                parts.append(Part("text", self.text[self.pos + 1 : self.pos + 2], quoted=True))
            self.pos += 2
        elif character in "$`":
            parts.append(self._dollar(quoted=False))
        else:
            parts.append(Part("text", self.run(_PLAIN)))

    def _double(self, mark: str) -> list[Part]:
        """Read up to an unquoted `mark` (empty: to the end), where only $, ` and backslashes mean something."""
        parts: list[Part] = []
        while not (mark and self.at(mark)):
            if not self.here:
                if mark:
                    raise SyntaxFault("syntax error: unterminated quoted string")
                break
            if self.here == "\\" and self.text[self.pos + 1 : self.pos + 2] in {"$", "`", '"', "\\", "\n"}:
                escaped = self.text[self.pos + 1]
                parts.append(Part("text", "" if escaped == "\n" else escaped, quoted=True))
                self.pos += 2
            elif self.here in "$`":
                parts.append(self._dollar(quoted=True))
            else:
                parts.append(Part("text", self.run(_QUOTED), quoted=True))
        return parts

    def _dollar(self, *, quoted: bool) -> Part:
        if self.here == "`":
            end = self.find("`", self.pos + 1)
            script = parse(self.text[self.pos + 1 : end].replace("\\`", "`").replace("\\$", "$"))
            self.pos = end + 1
            return Part("command", quoted=quoted, script=script)
        if self.take("$(("):
            inner = self._inside("))")
            return Part("math", quoted=quoted, operand=inner)
        if self.take("$("):
            script = self.block(())
            if not self.take(")"):
                raise self.unexpected(")")
            return Part("command", quoted=quoted, script=script)
        if self.take("${"):
            return self._braces(quoted=quoted)
        name = _PARAMETER.match(self.text, self.pos + 1)
        self.pos = name.end() if name else self.pos + 1
        return Part("variable", name.group(), quoted=quoted) if name else Part("text", "$", quoted=quoted)

    def _inside(self, mark: str) -> Word:
        parts = self._double(mark)
        self.pos += len(mark)
        return tuple(parts)

    def _braces(self, *, quoted: bool) -> Part:
        """Read `name}`, `#name}`, or `name` with an operator and its operand."""
        if self.here == "#" and not self.at("#}"):
            end = self.find("}", self.pos)
            name, self.pos = self.text[self.pos + 1 : end], end + 1
            return Part("variable", name, quoted=quoted, operator="length")
        found = _BRACED.match(self.text, self.pos)
        if not found:
            raise SyntaxFault("syntax error: bad substitution")
        self.pos = found.end()
        operand: list[Part] = []
        while not self.at("}"):
            if not self.here:
                raise SyntaxFault("syntax error: missing '}'")
            self._piece(operand)
        self.pos += 1
        return Part("variable", found.group(1), quoted=quoted, operator=found.group(2) or "", operand=tuple(operand))

    # --- commands

    def block(self, ends: tuple[str, ...]) -> Block:
        """Read commands until one of the words in `ends`, a `)` or `;;`, or the end."""
        chains: list[Chain] = []
        self.lines()
        while self.here and self.here != ")" and not self.at(";;") and self.peek() not in (ends or _RESERVED):
            chains.append(self._chain())
            self.lines()
        return Block(tuple(chains))

    def _chain(self) -> Chain:
        first = self._pipe()
        rest: list[tuple[str, Pipe]] = []
        self.blank()
        while operator := next((token for token in ("&&", "||") if self.take(token)), ""):
            self.lines()
            rest.append((operator, self._pipe()))
            self.blank()
        return Chain(first, tuple(rest), background=not self.at("&&") and self.take("&"))

    def _pipe(self) -> Pipe:
        negated = bool(self.keyword("!"))
        parts = [self._command()]
        self.blank()
        while self.at("|") and not self.at("||"):
            self.pos += 1
            self.lines()
            parts.append(self._command())
            self.blank()
        return Pipe(tuple(parts), negated)

    def _command(self) -> Command:
        compounds: dict[str, Callable[[], Command]] = {
            "if": self._if,
            "while": lambda: self._loop(until=False),
            "until": lambda: self._loop(until=True),
            "for": self._for,
            "case": self._case,
            "{": self._braced,
        }
        self.blank()
        word = "(" if self.here == "(" else self.keyword(*compounds)
        if not word:
            return self._simple()
        found = self._apart() if word == "(" else compounds[word]()
        redirects = self._redirects()
        return Group(found, apart=False, redirects=redirects) if redirects else found

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        self.blank()
        while redirect := self._redirect():
            found.append(redirect)
            self.blank()
        return tuple(found)

    def _apart(self) -> Group:
        self.pos += 1
        body = self.block(())
        if not self.take(")"):
            raise self.unexpected(")")
        return Group(body, apart=True, redirects=())

    def _braced(self) -> Group:
        body = self.block(("}",))
        self.need("}")
        return Group(body, apart=False, redirects=())

    def _if(self) -> If:
        arms: list[tuple[Block, Block]] = []
        other = None
        word = "if"
        while word in {"if", "elif"}:
            condition = self.block(("then",))
            self.need("then")
            arms.append((condition, self.block(("elif", "else", "fi"))))
            word = self.need("fi", "elif", "else")
        if word == "else":
            other = self.block(("fi",))
            self.need("fi")
        return If(tuple(arms), other)

    def _body(self) -> Block:
        self.need("do")
        body = self.block(("done",))
        self.need("done")
        return body

    def _loop(self, *, until: bool) -> Loop:
        condition = self.block(("do",))
        return Loop(condition, self._body(), until)

    def _for(self) -> For:
        name = self.peek()
        self.pos += len(name)
        self.lines()
        words: list[Word] | None = None
        if self.keyword("in"):
            words = []
            self.blank()
            while self.here and self.here not in "\n;":
                words.append(self.word())
                self.blank()
        return For(name, None if words is None else tuple(words), self._body())

    def _case(self) -> Case:
        self.blank()
        word = self.word()
        self.need("in")
        arms: list[tuple[tuple[Word, ...], Block]] = []
        self.lines()
        while not self.keyword("esac"):
            self.take("(")
            patterns = [self._pattern()]
            while self.take("|"):
                patterns.append(self._pattern())
            if not self.take(")"):
                raise self.unexpected(")")
            arms.append((tuple(patterns), self.block(("esac",))))
            self.take(";;")
            self.lines()
        return Case(word, tuple(arms))

    def _pattern(self) -> Word:
        self.blank()
        word = self.word()
        self.blank()
        return word

    def _simple(self) -> Simple | Function:
        assigns: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        start = self.pos
        while True:
            self.blank()
            if redirect := self._redirect():
                redirects.append(redirect)
            elif not self.here or self.here in END:
                break
            elif not words and (sign := _ASSIGN.match(self.text, self.pos)):
                self.pos = sign.end()
                assigns.append((sign.group()[:-1], self.word()))
            else:
                words.append(self.word())
        if len(words) == 1 and not assigns and self.at("()"):
            name = self.text[start : self.pos].strip()
            self.pos += 2
            self.lines()
            return Function(name, self._command())
        if not (assigns or words or redirects):
            raise self.unexpected()
        return Simple(tuple(assigns), tuple(words), tuple(redirects))

    def _redirect(self) -> Redirect | None:
        found = _REDIRECT.match(self.text, self.pos)
        if not found:
            return None
        self.pos = found.end()
        operator = found.group(2)
        fd = int(found.group(1) or (0 if operator[0] == "<" else 1))
        self.blank()
        start = self.pos
        target = self.word()
        if operator.startswith("<<"):
            mark = self.text[start : self.pos]
            plain = mark.strip("'\"")
            parts: list[Part] = []
            self._documents.append((parts, plain, mark != plain, operator == "<<-"))
            return Redirect(fd, "<<", parts)
        return Redirect(fd, operator, target)

    def _here_documents(self) -> None:
        """Read the bodies of the here-documents named on the line before."""
        documents, self._documents = self._documents, []
        for parts, mark, literal, tabs in documents:
            lines: list[str] = []
            while self.pos < len(self.text):
                end = self.text.find("\n", self.pos)
                end = len(self.text) if end < 0 else end
                line, self.pos = self.text[self.pos : end], end + 1
                line = line.lstrip("\t") if tabs else line
                if line == mark:
                    break
                lines.append(f"{line}\n")
            body = "".join(lines)
            parts.extend([Part("text", body, quoted=True)] if literal else _Parser(body)._double(""))  # noqa: SLF001
