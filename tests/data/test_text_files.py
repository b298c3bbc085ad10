"""A text file is held against its table: no row is lost, no column moves and no value changes without a word."""

from __future__ import annotations

import zipfile

import pandas as pd
import pytest

from report.core.errors import DataError

N = 30


@pytest.fixture
def read(tmp_path, load):
    """read(text, name, …) → (rows as a frame with the target, messages and hints of warnings, all notices)."""

    def call(text, name="d.csv", target="y", **data):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        dataset = load(source=name, target=target, **data)
        return dataset, [(n.message, n.hint) for n in dataset.description.notices if n.severity == "warning"]

    return call


def problem(error):
    return error.value.problems[0]


# Quotation marks


def _sentences(marked, *, cell="some text {i}", form="{i},{text},{label}\n", header="id,text,y\n"):
    rows = [
        form.format(i=i, text=('"' if i in marked else "") + cell.format(i=i), label="uv"[i % 2])
        for i in range(1, N + 1)
    ]
    return header + "".join(rows)


@pytest.mark.parametrize("marked", [(5,), (5, 11), (5, 11, 20), (1, N)])
@pytest.mark.parametrize(
    ("form", "header", "name"),
    [
        ("{i},{text},{label}\n", "id,text,y\n", "d.csv"),
        ("{text}\t{label}\n", "text\ty\n", "d.txt"),
        ("{label}\t{text}\n", "y\ttext\n", "d.tsv"),
        ("{text}\t{label}\r\n", "text\ty\r\n", "d.tsv"),
    ],
)
def test_an_unclosed_quotation_mark_joins_no_rows(marked, form, header, name, read):
    dataset, warned = read(_sentences(marked, form=form, header=header), name, drop=["id*"])
    assert len(dataset.keys) == N
    assert list(dataset.target.values) == ["uv"[i % 2] for i in range(1, N + 1)]
    assert dataset.features["text"][4] == ('"' if 5 in marked else "") + "some text 5"
    (told,) = [entry for entry in warned if "quotation mark" in entry[0]]
    assert f"in line {marked[0] + 1} of {name}" in told[0]
    assert "`read: {quoting: 3}`" in told[1]


def test_one_unclosed_mark_among_texts_in_quotes(read):
    text = _sentences((), form='{i},"{text}, more",{label}\n').replace('"some text 7, more"', '"some text 7')
    dataset, warned = read(text)
    assert len(dataset.keys) == N
    assert "A quotation mark in line 8 of d.csv is never closed" in warned[0][0]


def test_an_unclosed_mark_that_cannot_be_set_right_is_refused_with_its_line(read):
    text = _sentences((), form='{i},"{text}, more",{label}\n').replace('"some text 7, more"', '"some text 7, more')
    with pytest.raises(DataError) as error:
        read(text)
    assert "a quotation mark in line 8 of d.csv is not closed" in problem(error).message
    assert "quoting: 3" in problem(error).hint


@pytest.mark.parametrize(
    "cell", ['"text, and\nmore {i}"', '"text {i}\n\n7, 8\n"', '"he said ""no""\nand went {i}"', '"a\n1,2\nb {i}"']
)
def test_texts_that_run_over_lines_stay_one_cell(cell, read):
    dataset, warned = read(
        "id,text,y\n" + "".join(f"{i},{cell.format(i=i)},{'uv'[i % 2]}\n" for i in range(N)), drop=["id"]
    )
    assert len(dataset.keys) == N
    assert warned == []
    assert "\n" in dataset.features["text"][0]


def test_a_text_whose_lines_look_like_rows_now_and_then_stays_one_cell(read):
    rows = [f'{i % 2},"text, and\nmore {i}"\n' for i in range(N)]
    rows[7], rows[9] = '1,"a list:\n7, 8\nand so on"\n', '1,"a list:\n7, 8"\n'
    assert len(read("y,t\n" + "".join(rows))[0].keys) == N


def test_the_user_decides_what_a_quotation_mark_is(read):
    dataset, warned = read(_sentences((5, 11)), read={"quoting": 3}, drop=["id"])
    assert len(dataset.keys) == N
    assert warned == []


# Fields


@pytest.mark.parametrize("order", ["a,b,y", "y,a,b", "a,y,b"])
def test_a_separator_at_the_end_of_rows_only_is_refused(order, read):
    values = {"a": lambda i: i * 1.5, "b": lambda i: i % 7, "y": lambda i: "uv"[i % 2]}
    rows = [",".join(str(values[name](i)) for name in order.split(",")) for i in range(N)]
    text = f"{order}\n" + "".join(f"{row},\n" for row in rows)
    with pytest.raises(DataError, match=r"rows of d.csv end with a separator that its header has not") as error:
        read(text)
    assert problem(error).hint == "`read: {index_col: false}`"
    dataset, _ = read(text, read={"index_col": False})
    assert list(dataset.features["a"]) == [i * 1.5 for i in range(N)]


def test_rows_with_more_fields_than_names_are_refused_unless_they_are_row_names(read):
    with pytest.raises(DataError, match="have 4 fields, and its header has 3 names"):
        read("a,b,y\n" + "".join(f"{i % 4},{i},{i % 7},{'uv'[i % 2]}\n" for i in range(N)))
    dataset, warned = read("a,b,y\n" + "".join(f"r{i},{i},{i % 7},{'uv'[i % 2]}\n" for i in range(N)))
    assert list(dataset.features["b"]) == [i % 7 for i in range(N)]
    assert "the first were taken as row names" in warned[0][0]


def test_rows_that_end_early_are_counted_with_their_first_line(read):
    rows = [f"{i},{'uv'[i % 2]},{i % 5}\n" for i in range(N)]
    rows[8], rows[20] = "8,u\n", "20,v\n"
    _, warned = read("a,y,b\n" + "".join(rows), drop=["a"])
    assert warned[0][0] == (
        "2 rows of d.csv have fewer fields than its header, first in line 10: the last columns are missing there."
    )
    _, warned = read("a,y,b\n" + "".join(rows).replace("8,u\n", "8,u,\n").replace("20,v\n", "20,v,\n"), drop=["a"])
    assert not [m for m, _ in warned if "fewer fields" in m], "a value that is missing is no missing field"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("".join(f'{i}.5   8   3{i}.0   {"uv"[i % 2]}\t"a car"\n' for i in range(10, 30)), ["0", "1", "2", "4"]),
        ("".join(f"  {i}.5   8   3{i}.0   {'uv'[i % 2]}\n" for i in range(10, 30)), ["0", "1", "2"]),
    ],
)
def test_a_stray_tab_is_no_separator(text, columns, read):
    dataset, _ = read(text, "auto.data", target="3", read={"header": None})
    assert list(dataset.features.columns) == columns


@pytest.mark.parametrize(
    ("name", "separator", "words"),
    [("d.txt", ",", "the comma"), ("d.csv", ";", "the semicolon"), ("d.dat", "\t", "TAB"), ("d.test", " ", "blanks")],
)
def test_the_separator_that_was_found_is_reported(name, separator, words, read):
    text = "a,y\n" + "".join(f"{i % 7},{'uv'[i % 2]}\n" for i in range(N))
    dataset, _ = read(text.replace(",", separator), name)
    assert f"The separator of {name} was found: {words}." in [n.message for n in dataset.description.notices]
    dataset, _ = read(text.replace(",", separator), name, read={"sep": separator})
    assert not [n for n in dataset.description.notices if "separator" in n.message]


def test_a_zipped_file_is_read_and_an_archive_of_several_refused(tmp_path, load):
    text = "a,y\n" + "".join(f"{i % 7},{'uv'[i % 2]}\n" for i in range(N))
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("inner/d.csv", text)
        archive.writestr("__MACOSX/inner/._d.csv", "x")
    assert len(load(source="d.zip", target="y").keys) == N
    with zipfile.ZipFile(tmp_path / "d.zip", "a") as archive:
        archive.writestr("e.csv", text)
    with pytest.raises(DataError, match=r"d.zip: the archive has 2 files: 'inner/d.csv', 'e.csv'"):
        load(source="d.zip", target="y")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_text_of_two_bytes_is_named(encoding, read):
    with pytest.raises(DataError, match="NUL characters") as error:
        read("a,y\n1,u\n2,v\n".encode(encoding))
    assert problem(error).hint == f"if it is UTF-16: `read: {{encoding: {encoding}}}`"


# The header


NO_HEADERS = {
    "numbers and words": "".join(f"{i + 20},Private,{i * 7},11th,{i % 3},{'uv'[i % 2]}\n" for i in range(N)),
    "a text and a number": "".join(f"text {i},{i % 2}\n" for i in range(N)),
    "passengers": "".join(
        f"{i},{i % 2},{i % 3},Mr {i},{'fm'[i % 2]},{i % 60},{i * 1.25},{'SCQ'[i % 3]}\n" for i in range(N)
    ),
}
HEADERS = {
    "years": "id,2019,2020,y\n" + "".join(f"{i * 3 % 17},{i}.5,{i}.2,{'uv'[i % 2]}\n" for i in range(N)),
    "wavelengths": ",".join(str(400.5 + i) for i in range(9)) + ",y\n" + f"{'1.5,' * 9}u\n{'2.5,' * 9}v\n" * N,
    "pixels": "0,1,2,3\n" + "".join(f"{i},{i % 3},{i % 5},{'uv'[i % 2]}\n" for i in range(N)),
    "words": "age,sex,y\n" + "".join(f"{i},{'fm'[i % 2]},{'uv'[i % 2]}\n" for i in range(N)),
}


@pytest.mark.parametrize("name", NO_HEADERS)
def test_a_missing_header_is_recognised(name, read):
    first = NO_HEADERS[name].split("\n", maxsplit=1)[0].split(",")
    try:
        _, warned = read(NO_HEADERS[name], target=first[-1])
        messages = [message for message, _ in warned]
    except DataError as error:
        messages = [str(error)]
    assert any("looks like data" in message for message in messages)


@pytest.mark.parametrize("name", HEADERS)
def test_names_that_are_numbers_or_short_are_a_header(name, read):
    _, warned = read(HEADERS[name], target=HEADERS[name].split("\n", maxsplit=1)[0].split(",")[-1])
    assert not [message for message, _ in warned if "looks like data" in message]


def test_a_row_of_units_is_refused_with_the_option_that_leaves_it_out(read):
    text = "t,p,y\n°C,hPa,\n" + "".join(f"{i * 1.5},{i + 1000},{'uv'[i % 2]}\n" for i in range(N))
    with pytest.raises(DataError, match=r"row 1 of d.csv holds units or other words above numbers") as error:
        read(text)
    assert problem(error).hint == "leave it out: `read: {skiprows: [1]}`"
    dataset, _ = read(text, read={"skiprows": [1]})
    assert list(dataset.features["t"]) == [i * 1.5 for i in range(N)]


def test_a_first_row_with_gaps_is_no_row_of_units(read):
    _, warned = read("t,w,y\n?,x,u\n" + "".join(f"{i * 1.5},w{i % 3},{'uv'[i % 2]}\n" for i in range(N)))
    assert not [message for message, _ in warned if "units" in message]


@pytest.mark.parametrize("last", ["Total,,{total}", "Total,x,{total}", "Grand total,,", "Mean,,{mean}"])
def test_a_row_of_totals_is_told(last, read):
    rows = "".join(f"shop {i % 9},{'uv'[i % 2]},{i * 1.5}\n" for i in range(N))
    total = sum(i * 1.5 for i in range(N))
    text = f"name,y,n\n{rows}{last.format(total=total, mean=total / N)}\n"
    _, warned = read(text)
    (told,) = [entry for entry in warned if "total" in entry[0] and "last row" in entry[0]]
    assert told[1] == "leave it out: `read: {skipfooter: 1, engine: python}`"
    dataset, warned = read(text, read={"skipfooter": 1, "engine": "python"})
    assert len(dataset.keys) == N
    assert not [message for message, _ in warned if "last row" in message]


def test_a_last_row_with_such_a_word_in_a_text_is_no_total(read):
    rows = "".join(f"{'Total loss' if i % 9 == 2 else 'scratch'},{'uv'[i % 2]},{i * 1.5}\n" for i in range(N))
    _, warned = read(f"name,y,n\n{rows}")
    assert not [message for message, _ in warned if "last row" in message]


def test_a_header_that_comes_again_is_refused_with_its_row(read):
    rows = [f"{i},{i % 7},{'uv'[i % 2]}\n" for i in range(N)]
    text = "a,b,y\n" + "".join([*rows[:9], "a,b,y\n", *rows[9:]])
    with pytest.raises(DataError, match=r"d.csv repeats its header in row 10") as error:
        read(text)
    assert problem(error).hint == "leave it out: `read: {skiprows: [10]}`"
    assert len(read(text, read={"skiprows": [10]})[0].keys) == N


# Values


def test_digits_that_a_number_loses_are_reported(read):
    rows = "".join(
        f"{i:05},{i + 1}E{i % 4},{10**18 + i if i != 3 else ''},{i / 7:.3f},{'uv'[i % 2]}\n" for i in range(N)
    )
    dataset, _ = read(f"zip,code,long,n,y\n{rows}")
    told = {n.message: (n.hint, n.severity) for n in dataset.description.notices if " of numbers " in n.message}
    assert told == {
        "1 column of numbers lost zeros in front: 'zip' (such as 00000).": (
            'if they are codes: `read: {dtype: {"zip": str}}`',
            "note",
        ),
        "1 column of numbers was written with an exponent: 'code' (such as 1E0).": (
            'if they are codes: `read: {dtype: {"code": str}}`',
            "warning",
        ),
        "1 column of numbers lost digits of long ones: 'long' (such as 1000000000000000001).": (
            'if they are codes: `read: {dtype: {"long": str}}`',
            "warning",
        ),
    }


def test_a_column_that_is_read_as_text_on_purpose_is_left_alone(read):
    text = "zip,y\n" + "".join(f"{i % 9:05},{'uv'[i % 2]}\n" for i in range(N))
    _, warned = read(text, read={"dtype": {"zip": "str"}})
    assert not [message for message, _ in warned if "numbers" in message]


def test_labels_that_differ_by_a_blank_are_told(read):
    _, warned = read("a,y\n" + "".join(f"{i % 7},{['yes', 'no', 'yes ', 'No.'][i % 4]}\n" for i in range(N)))
    (told,) = [entry for entry in warned if "differ by" in entry[0]]
    assert told[0] == ("Labels of 'y' differ by blanks, capitals or a full stop only: 'No.', 'no'; 'yes', 'yes '.")
    labels = eval(told[1].split("`")[-2], {"c": pd.Series(["yes", "no", "yes ", "No."])})  # noqa: S307 - our own hint
    assert list(labels) == ["yes", "no", "yes", "no"]


def test_rows_that_prepare_drops_are_counted(tmp_path, read):
    (tmp_path / "drops_rows.py").write_text("def clean(frame):\n    return frame[frame.a < 5]\n")
    dataset, _ = read("a,y\n" + "".join(f"{i % 7},{'uv'[i % 2]}\n" for i in range(28)), prepare="drops_rows:clean")
    assert "`prepare` left 20 rows of the 28 of d.csv." in [n.message for n in dataset.description.notices]


# What a second reader of many files found


COUNTER = "".join(
    f"{i},{i % 9},{i % 7}0,{'uv'[i % 2]}\n" for i in range(1, N + 1)
)  # a decimal comma in the second field


@pytest.mark.parametrize("rows", [COUNTER, COUNTER.replace("1,1,10,v\n", "0,1,10,v\n", 1)])
def test_a_counter_is_no_row_name(rows, read):
    with pytest.raises(DataError, match=r"rows of d.csv have 4 fields, and its header has 3 names") as error:
        read(f"id,price,y\n{rows}")
    assert problem(error).hint == (
        "name all columns: `read: {header: 0, names: […]}`; if the first are row names: `read: {index_col: 0}`"
    )


@pytest.mark.parametrize(
    "rows",
    [
        "".join(f"{i},{'1,234' if i % 3 == 0 else 950},{'uv'[i % 2]}\n" for i in range(N)),
        "".join(f"{i},{'hello, you' if i % 6 == 0 else 'hello'},{'uv'[i % 2]}\n" for i in range(N)),
        "".join(f"shop {i},{'1 Main St, NY' if i % 3 == 0 else '2 Elm St'},{'uv'[i % 2]}\n" for i in range(N)),
    ],
)
def test_rows_of_several_widths_are_refused_also_where_the_first_is_the_longest(rows, read):
    with pytest.raises(
        DataError, match=r"rows of d.csv have 3 to 4 fields, and its header has 3 names: look at line 2"
    ):
        read(f"id,price,y\n{rows}")


def test_the_hints_for_row_names_give_the_values_of_the_file(read):
    text = "a,b,y\n" + "".join(f"r{i},{i},{i % 7},{'uv'[i % 2]}\n" for i in range(N))
    for options in ({"index_col": 0}, {"header": 0, "names": ["name", "a", "b", "y"]}):
        dataset, warned = read(text, read=options, drop=["nam*"])
        assert list(dataset.features["b"]) == [i % 7 for i in range(N)]
        assert list(dataset.target.values) == ["uv"[i % 2] for i in range(N)]
        assert not [message for message, _ in warned if "fields" in message]


def test_rows_that_end_early_are_counted_behind_a_text_of_several_lines(read):
    rows = [f'"text\n{i}",{"uv"[i % 2]},{i % 5}\n' for i in range(N)]
    rows[20] = '"text 20",u\n'
    _, warned = read("t,y,b\n" + "".join(rows))
    assert [m for m, _ in warned if "fewer fields" in m] == [
        "1 row of d.csv has fewer fields than its header, first in line 42: the last columns are missing there."
    ]


@pytest.mark.parametrize(("options", "end"), [({"usecols": ["a", "y"]}, ""), ({"index_col": False}, ",x")])
def test_rows_that_pandas_would_cut_off_are_refused(options, end, read):
    rows = [f"{i},{'hi, you' if i == 3 and not end else 'word'},{'uv'[i % 2]}{end}\n" for i in range(N)]
    with pytest.raises(DataError, match=r"more fields than its header, first in line"):
        read("a,t,y\n" + "".join(rows), read=options)


WAYS = {
    "blanks behind commas": ('a,t,y\n{i}, "hello, you {i}", {y}\n', {"skipinitialspace": True}),
    "backslashes": ('a,t,y\n{i},"he said \\"no, {i}\\"",{y}\n', {"escapechar": "\\"}),
    "single quotes": ("a,t,y\n{i},'hello, you {i}',{y}\n", {"quotechar": "'"}),
}


@pytest.mark.parametrize("name", WAYS)
def test_what_reads_texts_in_other_quotes_is_named(name, read):
    form, options = WAYS[name]
    header, row = form.split("\n", maxsplit=1)
    text = header + "\n" + "".join(row.format(i=i, y="uv"[i % 2]) for i in range(N))
    with pytest.raises(DataError) as error:
        read(text)
    (option,) = options
    assert f"`read: {{{option}: " in problem(error).hint
    dataset, _ = read(text, read=options)
    assert len(dataset.keys) == N


TITLES = {
    "# measured in May\n": "leave the lines above the header out: `read: {skiprows: 1}`",
    "Sales report of May\n": "leave the lines above the header out: `read: {skiprows: 1}`",
    "Account,12345\nSales report of May\n\n": "leave the lines above the header out: `read: {skiprows: 3}`",
    "Sales report,,\n": "leave it out: `read: {skiprows: 1}`; if these are the names: `read: {header: 0}`",
    "sep=,\n": "leave it out: `read: {skiprows: 1}`",
}


@pytest.mark.parametrize("title", TITLES)
def test_a_title_above_the_header_is_named_with_the_option(title, read):
    text = title + "a,b,y\n" + "".join(f"{i},{i % 7},{'uv'[i % 2]}\n" for i in range(N))
    with pytest.raises(DataError) as error:
        read(text)
    assert problem(error).hint == TITLES[title]
    assert list(read(text, read={"skiprows": title.count("\n")})[0].features["b"]) == [i % 7 for i in range(N)]


def test_a_header_that_comes_again_behind_blank_lines_is_left_out_by_its_line(read):
    rows = [f"{i},{i % 7},{'uv'[i % 2]}\n" for i in range(N)]
    text = "a,b,y\n" + "".join([*rows[:9], "\n\n", "a,b,y\n", *rows[9:]])
    with pytest.raises(DataError, match=r"d.csv repeats its header in row 10") as error:
        read(text)
    assert problem(error).hint == "leave it out: `read: {skiprows: [12]}`"
    assert len(read(text, read={"skiprows": [12]})[0].keys) == N


def test_a_list_in_a_cell_is_no_reason_to_separate_by_blanks(read):
    text = "".join(f"{i % 7},70 80 82 {i},{'uv'[i % 2]}\n" for i in range(N))
    dataset, _ = read(text, target="2", read={"header": None})
    assert list(dataset.features.columns) == ["0", "1"]


def test_a_table_that_r_wrote_has_its_row_names(read):
    text = '"a" "b" "y"\n' + "".join(f'"r{i}" {i} {i % 7} "{"uv"[i % 2]}"\n' for i in range(N))
    assert list(read(text, "d.txt")[0].features["b"]) == [i % 7 for i in range(N)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("A naïve “best” price of 5 €", "cp1252"),
        ("Привет, как дела", "cp1251"),
        ("こんにちは世界", "shift_jis"),
        ("你好世界", "gb18030"),
    ],
)
def test_an_encoding_is_proposed_that_reads_the_text(text, encoding, read):
    content = ("t,y\n" + "".join(f'"{text} {i % 3}",{"uv"[i % 2]}\n' for i in range(N))).encode(encoding)
    with pytest.raises(DataError, match=r"d.csv is not UTF-8") as error:
        read(content)
    assert encoding in problem(error).hint
    assert read(content, read={"encoding": encoding})[0].features["t"][0] == f"{text} 0"


def test_labels_and_names_of_any_length_are_cut_in_messages(read):
    long = [f"How satisfied are you with the service that you got in part {i} of your stay with us?" for i in range(6)]
    rows = "".join(f"{','.join(['1%', '2%'][(i + j) % 2] for j in range(6))},{'uv'[i % 2] * 500}\n" for i in range(N))
    dataset, _ = read(",".join([*long, "y"]) + "\n" + rows)
    assert max(len(n.message) for n in dataset.description.notices) <= 300


def test_lost_zeros_are_told_whatever_else_the_options_say(read):
    rows = "".join(f'0{i % 7}701,"{i % 3},261.50",{"uv"[i % 2]}\n' for i in range(N))
    for options in ({"thousands": ","}, {"dtype": {"price": "str"}}, {}):
        dataset, _ = read(f"zip,price,y\n{rows}", read=options)
        assert any("lost zeros in front: 'zip'" in n.message for n in dataset.description.notices)


def test_lost_zeros_are_told_beside_fractions(read):
    dataset, _ = read("code,y\n" + "".join(f"039.{i % 7}6,{'uv'[i % 2]}\n" for i in range(N)))
    assert any("lost zeros in front: 'code' (such as 039.06)" in n.message for n in dataset.description.notices)


def test_words_in_a_row_without_a_label_are_told(read):
    rows = [f"{i}.5{i % 7},{'uv'[i % 2]}\n" for i in range(N)]
    _, warned = read("v,y\n" + "".join([*rows[:9], "Section B,\n", *rows[9:]]))
    assert any("holds numbers as text: 'v' (but 'Section B')" in message for message, _ in warned)


def test_thousands_that_look_like_fractions_are_told_by_the_other_columns(read):
    rows = "".join(f"{i + 10}.48{i % 9 + 1};{i % 7},5{i % 3};{'uv'[i % 2]}\n" for i in range(N))
    for target in ("y", "Umsatz"):
        _, warned = read(f"Umsatz;Preis;y\n551;1,5;u\n{rows}", target=target)
        assert any("may hold thousands" in message and "'Umsatz' (such as 10.481)" in message for message, _ in warned)
    dataset, _ = read(f"Umsatz;Preis;y\n551;1,5;u\n{rows}", read={"thousands": ".", "decimal": ","})
    assert list(dataset.features["Umsatz"][:2]) == [551, 10481]


def test_lines_that_the_user_leaves_out_are_counted(read):
    rows = [f"{i},word,{'uv'[i % 2]}\n" for i in range(N)]
    rows[3] = rows[9] = "3,Smith, J,u\n"
    _, warned = read("a,t,y\n" + "".join(rows), read={"on_bad_lines": "skip"})
    assert any(
        message
        == "2 rows of d.csv have more fields than its header, first in line 5: left out, as `on_bad_lines` says."
        for message, _ in warned
    )
    with pytest.raises(DataError, match="3 to 4 fields"):
        read("a,t,y\n" + "".join(["0,Smith, J,u\n", *rows]), read={"on_bad_lines": "skip"})


def test_a_footer_is_named_with_the_option(read):
    rows = "".join(f"{i},word,{'uv'[i % 2]}\n" for i in range(N))
    _, warned = read(f"a,t,y\n{rows}(30 rows affected)\n")
    (told,) = [hint for message, hint in warned if "fewer fields" in message]
    assert told == "if they are no data but a footer: `read: {skipfooter: 1, engine: python}`"
    assert len(read(f"a,t,y\n{rows}(30 rows affected)\n", read={"skipfooter": 1, "engine": "python"})[0].keys) == N


def test_backslashes_before_quotation_marks_are_told_where_the_fields_fit(read):
    text = "item,y\n" + "".join(f'"{i} \\" pipe",{"uv"[i % 2]}\n' for i in range(N))
    _, warned = read(text)
    (hint,) = [hint for message, hint in warned if "backslashes" in message]
    assert hint == r'`read: {escapechar: "\\"}`'
    dataset, warned = read(text, read={"escapechar": "\\"})
    assert dataset.features["item"][3] == '3 " pipe'
    assert not [message for message, _ in warned if "backslashes" in message]
    _, warned = read("path,y\n" + "".join(f'"C:\\data\\{i}\\",{"uv"[i % 2]}\n' for i in range(N)))
    assert not [message for message, _ in warned if "backslashes" in message]
