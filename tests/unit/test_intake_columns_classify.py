"""A column is classified by its whole name, in the table of its source first; what is not known stays unknown."""

from pathlib import Path

import pytest

from aboveboard.apps.intake.columns.classify import How, classify, load_mapping, source_kind
from aboveboard.apps.intake.columns.headings import plain, table
from aboveboard.apps.intake.readers.source import Format
from aboveboard.core.errors import Invalid

CATALOGUE = frozenset(f"T{number:02}" for number in range(1, 99))

HEADERS = {
    "google": "First Name,Middle Name,Last Name,File As,Organization Name,Birthday,E-mail 1 - Label,E-mail 1 - Value",
    "outlook": "Title,First Name,Last Name,Company,Business Street,Home Street,Spouse,Children,E-mail Address",
    "salesforce": "Id,IsDeleted,AccountId,LastName,FirstName,MailingStreet,Email,Birthdate,OwnerId,SystemModstamp",
    "hubspot": "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Lifecycle Stage",
    "pipedrive": "Person - ID,Person - Name,Person - Email - Work,Person - Phone - Home,Person - Organization",
    "espocrm": "id,salutationName,firstName,lastName,title,emailAddress,doNotCall,accountName,assignedUserId",
    "odoo": "name,is_company,company_name,country_id,zip,city,phone,mobile,email,vat",
    "bottlecrm": "first_name,last_name,email,phone,organization,do_not_call,linkedin_url,assigned_emails",
    "atomic": "first_name,last_name,gender,title,background,has_newsletter,email_work,phone_home",
    "twenty": "firstName,lastName,email,jobTitle,companyDomain,Phones / Primary Phone Number",
    "northwind": "customerID,companyName,contactName,contactTitle,address,city,phone",
    "generic": "Vorname,Nachname,Kinder",
}


@pytest.mark.parametrize("kind", HEADERS)
def test_the_program_a_file_comes_from_is_known_by_its_headings(kind: str) -> None:
    """Which table is used first depends on it."""
    assert source_kind(HEADERS[kind].split(",")) == kind


@pytest.mark.parametrize("kind", [kind for kind in HEADERS if kind != "generic"])
def test_every_heading_of_a_known_program_is_classified(kind: str) -> None:
    """None of them is left to guessing."""
    unknown = [name for name in HEADERS[kind].split(",") if classify(name, kind).how is How.NOT_FOUND]
    assert unknown == []


OUTLOOK_92 = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
    "Business Street 3,Business City,Business State,Business Postal Code,Business Country/Region,Home Street,"
    "Home Street 2,Home Street 3,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,"
    "Other Street 2,Other Street 3,Other City,Other State,Other Postal Code,Other Country/Region,Assistant's Phone,"
    "Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,"
    "Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,"
    "Account,Anniversary,Assistant's Name,Billing Information,Birthday,Business Address PO Box,Categories,Children,"
    "Directory Server,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,"
    "E-mail 2 Display Name,E-mail 3 Address,E-mail 3 Type,E-mail 3 Display Name,Gender,Government ID Number,Hobby,"
    "Home Address PO Box,Initials,Internet Free Busy,Keywords,Language,Location,Manager's Name,Mileage,Notes,"
    "Office Location,Organizational ID Number,Other Address PO Box,Priority,Private,Profession,Referred By,"
    "Sensitivity,Spouse,User 1,User 2,User 3,User 4,Web Page"
)


def test_all_92_columns_of_outlook_are_known() -> None:
    """By its own table, none by a word."""
    names = OUTLOOK_92.split(",")
    assert len(names) == 92
    assert source_kind(names) == "outlook"
    assert {classify(name, "outlook").how for name in names} == {How.HEADER_TABLE}


@pytest.mark.parametrize(
    ("name", "kind", "category"),
    [
        ("BDAY", "vcard", "T41"),
        ("X-ABRELATEDNAMES;label=spouse", "vcard", "T38"),
        ("X-ABRELATEDNAMES;label=child", "vcard", "T36"),
        ("X-ABRELATEDNAMES;label=other", "vcard", "T93"),
        ("NOTE", "vcard", "T91"),
        ("PHOTO", "vcard", "T86"),
        ("GEO", "vcard", "T77"),
        ("X-HOBBY", "vcard", "T45"),
        ("Hobby", "google", "T45"),
        ("Occupation", "google", "T23"),
        ("Billing Information", "google", "T53"),
        ("Spouse", "outlook", "T38"),
        ("Children", "outlook", "T36"),
        ("Anniversary", "outlook", "T42"),
        ("TotalChildren", "generic", "T36"),
        ("AnnualIncome", "generic", "T54"),
        ("MaritalStatus", "generic", "T37"),
        ("HomeOwner", "generic", "T59"),
        ("BirthDate", "generic", "T17"),
        ("EducationLevel", "generic", "T27"),
        ("memberships.groups", "popolo", "T68"),
        ("national_identity", "popolo", "T69"),
        ("TTY/TDD Phone", "outlook", "T64"),
    ],
)
def test_what_the_catalogue_says_of_import_is_kept(name: str, kind: str, category: str) -> None:
    """The rows named there, and some that hide a special category."""
    assert classify(name, kind).category == category


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Jméno", "T01"), ("PŘÍJMENÍ", "T01"), ("prijmeni", "T01"), ("Telefon", "T05"), ("e-mail", "T04"),
        ("děti", "T36"), ("Počet dětí", "T36"), ("pocet_deti", "T36"), ("příjem", "T54"), ("plat", "T30"),
        ("koníčky", "T45"), ("Záliby", "T45"),
        ("Datum narození", "T17"), ("rodné číslo", "T15"), ("Vorname", "T01"), ("Nachname", "T01"), ("Kinder", "T36"),
        ("Einkommen", "T54"), ("Hobbys", "T45"), ("Geburtsdatum", "T17"), ("Familienstand", "T37"), ("Straße", "T07"),
        ("STRASSE", "T07"), ("firstName", "T01"), ("last_name", "T01"), ("Rodinný stav", "T37"), ("Náboženství", "T66"),
        ("number_of_children", "T36"), ("Pracovní e-mail", "T02"), ("Telefon dienstlich", "T03"),
    ],
)  # fmt: skip
def test_plain_words_are_known_in_english_czech_and_german(name: str, category: str) -> None:
    """In any case, with or without accents, in snake or camel."""
    found = classify(name, "generic")
    assert (found.category, found.how) == (category, How.WORD)


@pytest.mark.parametrize("name", ["E-mail of the wife", "names", "Jméno dítěte a školy", "Phone (secret)", "x", ""])
def test_a_name_that_merely_resembles_a_known_one_stays_unknown(name: str) -> None:
    """A guess could let something in that must not come in."""
    found = classify(name, "generic")
    assert (found.category, found.how, found.about_no_person) == (None, How.NOT_FOUND, False)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Email Opt Out", "salesforce"),
        ("HasOptedOutOfEmail", "salesforce"),
        ("DoNotCall", "salesforce"),
        ("Unsubscribed", "hubspot"),
        ("doNotCall", "espocrm"),
        ("do_not_call", "bottlecrm"),
        ("HasOptedOutOfEmail", "generic"),
        ("nevolat", "generic"),
    ],
)
def test_a_column_of_the_opposite_sense_is_an_objection(name: str, kind: str) -> None:
    """Never consent."""
    found = classify(name, kind)
    assert (found.category, found.role) == ("T52", "objection")


def test_no_heading_is_ever_read_as_consent() -> None:
    """A column cannot prove it; there is no such role."""
    roles = {heading.role for headings in table().values() for heading in headings.values()}
    assert not any("consent" in role for role in roles)


@pytest.mark.parametrize(
    ("name", "kind", "category"),
    [
        ("Email", "generic", "T04"),
        ("Email", "hubspot", "T02"),
        ("Phone", "generic", "T05"),
        ("Phone", "salesforce", "T03"),
        ("MobilePhone", "salesforce", "T05"),
        ("HomePhone", "salesforce", "T05"),
        ("Person - Email - Home", "pipedrive", "T04"),
        ("email_other", "atomic", "T04"),
        ("E-mail 7 - Value", "google", "T04"),
        ("EMAIL", "vcard", "T04"),
        ("EMAIL;work", "vcard", "T02"),
        ("TEL;work;fax", "vcard", "T03"),
        ("TEL;home;work", "vcard", "T05"),
        ("TEL;other", "vcard", "T05"),
        ("ADR", "vcard", "T07"),
        ("ADR;work", "vcard", "T06"),
        ("email", "popolo", "T02"),
        ("Address", "generic", "T07"),
        ("address", "northwind", "T06"),
    ],
)
def test_an_address_counts_as_private_unless_its_source_says_work(name: str, kind: str, category: str) -> None:
    """A mobile phone too; a program kept for business contacts says work."""
    assert classify(name, kind).category == category


def test_what_is_about_no_person_is_marked_for_dropping() -> None:
    """The report says so; it is not the same as unknown."""
    found = classify("SystemModstamp", "salesforce")
    assert (found.category, found.role, found.about_no_person) == (None, "technical", True)


def test_every_category_in_the_table_is_one_of_the_catalogue() -> None:
    """And every heading of the data file is read."""
    used = {heading.category for headings in table().values() for heading in headings.values()} - {None}
    assert used <= CATALOGUE
    assert sum(map(len, table().values())) > 1900


def test_the_form_of_a_file_says_its_kind_where_it_is_no_csv() -> None:
    """Names of properties need not be looked at."""
    assert [source_kind((), form) for form in (Format.VCARD, Format.JCARD, Format.XCARD, Format.POPOLO)] == [
        "vcard",
        "vcard",
        "vcard",
        "popolo",
    ]


def mapping_of(folder: Path, text: str) -> dict[str, object]:
    """Load a mapping of this text."""
    path = folder / "mapping.csv"
    path.write_text(text, encoding="utf-8")
    return dict(load_mapping(path, CATALOGUE))


def test_a_mapping_goes_before_every_table(tmp_path: Path) -> None:
    """The report says that the user said so."""
    path = tmp_path / "mapping.csv"
    path.write_text("column,category,role\n# ours\nE-Mail,T02\nKůň,T45,fact\nKey,-\n", encoding="utf-8")
    mapping = load_mapping(path, CATALOGUE)
    found = [classify(name, "generic", mapping) for name in ("e-mail", "kun", "key", "name")]
    assert [(one.category, one.role, one.how) for one in found] == [
        ("T02", "email", How.MAPPING),
        ("T45", "fact", How.MAPPING),
        (None, "technical", How.MAPPING),
        ("T01", "name.full", How.WORD),
    ]


@pytest.mark.parametrize(
    "line",
    ["Kind", "Kind,T99", "Kind,hobby", "Kind,T45,consent", ",T45", "a,T45,fact,more"],
)
def test_a_bad_line_of_a_mapping_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    """Too few cells, no such category, no such role, no column."""
    with pytest.raises(Invalid, match="line 3"):
        mapping_of(tmp_path, f"column,category\nName,T01\n{line}\n")


def test_a_mapping_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """In a sentence."""
    path = tmp_path / "mapping.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="UTF-8"):
        load_mapping(path, CATALOGUE)


def test_a_name_is_compared_without_case_accents_and_signs() -> None:
    """The same for a heading in the file and in the table."""
    assert plain("E-mail 1 – Value") == plain("E_MAIL1value") == "email1value"
    assert plain("Příjmení") == "prijmeni"
