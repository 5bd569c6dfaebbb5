"""What no log closes, in one paragraph and two languages: it stands in every pack, range, evidence and press file."""

ENGLISH = """\
What no log closes
  A look past the key (whoever runs the machine and holds the root key can read without a line), a photographed screen,
  a fact passed on, a second record elsewhere or under another name, a tunnel that hides the country, a false clock, and
  a log whose every witness works with the company that runs it. How each is narrowed here, and what would close it,
  says the page "What the log does not prove" of the documentation (docs/explanation/what-the-log-does-not-prove.md).
"""

CZECH = """\
Co žádný protokol neuzavře
  Pohled mimo klíč (kdo provozuje stroj a drží kořenový klíč, může číst beze stopy), vyfotografovanou obrazovku,
  předaný údaj, druhou evidenci jinde nebo pod jiným jménem, tunel, který zakryje zemi, nepravdivé hodiny a protokol,
  jehož všichni svědkové jsou zajedno se společností, která jej vede. Čím je to zde zúženo a co by to uzavřelo, říká
  stránka „What the log does not prove“ v dokumentaci (docs/explanation/what-the-log-does-not-prove.md, anglicky).
"""
