# SPDX-License-Identifier: BSD-2-Clause
# Writes the figures of scripts/bench: awk -v want=text|table|chart -f bench.awk <bench.csv.
# The first line of the CSV, after "# ", has their date, machine and versions.
BEGIN {
    HEAD = "load,command,median_ms,min_ms,ratio,peak_kib,exit,path,must,moonshot,rounds,lines"
    programs = split("portls ss netstat lsof", program)
    split("#3fb950 #58a6ff #d29922 #bc8cff", colour)

    title["a"] = "idle"
    title["b"] = "1,000 sockets"
    title["k"] = "10,000 sockets"
    title["c"] = "100,000 sockets"
    title["d"] = "400,000 sockets"
    title["e"] = "2,000 processes, 50 descriptors each"
    title["E"] = "500 processes, 2,000 descriptors each"
    title["f"] = "20,000 listeners"
    title["g"] = "100,000 sockets in TIME_WAIT"

    # Loads that differ only in size, for the cost of one socket.
    sizes = split("b k c d", of_size)
    split("1000 10000 100000 400000", sockets)
    split("1k 10k 100k 400k", size_name)

    # Rows of the chart, in its order; the table has all.
    drawn = split("a -tunap|b -tunap|c -tan|c -tlnp|c -tunap|d -tan|d -tunap|e -tunap|" \
        "f -tlnp|g -tan", draw, "|")
}

NR == 1 { if (sub(/^# /, "")) about = $0; else wrong("no line of versions"); next }
NR == 2 { if ($0 != HEAD) wrong("other columns"); next }
{ keep(fields($0)) }

END {
    if (!failed && !rows) wrong("no figures")
    if (failed) exit 1
    if (want == "text") text()
    else if (want == "table") table()
    else chart()
}

function wrong(what) {
    printf "line %d: no figures of scripts/bench: %s\n", NR, what | "cat >&2"
    failed = 1
    exit 1
}

# ---- reading ------------------------------------------------------------------------------------

# Splits a line of CSV into field[1..]. Returns their number, or 0 if it is invalid.
function fields(line,    n, value) {
    for (;;) {
        if (line ~ /^"/) {
            if (!match(line, /^"([^"]|"")*"/)) return 0
            value = substr(line, 2, RLENGTH - 2)
            gsub(/""/, "\"", value)
        } else {
            match(line, /^[^,]*/)
            value = substr(line, 1, RLENGTH)
        }
        field[++n] = value
        line = substr(line, RLENGTH + 1)
        if (line == "") return n
        if (line !~ /^,/) return 0
        line = substr(line, 2)
    }
}

# A listing is a line of portls, followed by those of its peers.
function keep(count,    i, name) {
    if (count != split(HEAD, column, ",")) wrong("not " HEAD)
    if (!(field[1] in title)) wrong("no load " field[1])
    if (field[3] + 0 <= 0) wrong("no time " field[3])
    rows++
    for (i = 1; i <= count; i++) cell[rows, column[i]] = field[i]
    if (field[11] + 0 > rounds) rounds = field[11] + 0
    name = field[2]
    sub(/ .*/, "", name)
    if (name == "portls") {
        listings++
        load[listings] = field[1]
        options[listings] = substr(field[2], length(name) + 2)
        listing[field[1] " " options[listings]] = listings
    }
    if (!listings || load[listings] != field[1]) wrong("a peer without portls")
    row_of[listings, name] = rows
}

# ---- text ---------------------------------------------------------------------------------------

function text(    i) {
    print about
    printf "\n%-4s %-36s %10s %10s %7s %9s %6s %7s  %s\n", "load", "command", "median_ms",
        "min_ms", "ratio", "peak_KiB", "rounds", "lines", "note"
    for (i = 1; i <= rows; i++)
        printf "%-4s %-36s %10.2f %10.2f %7.2f %9d %6d %7d  %s\n", cell[i, "load"],
            cell[i, "command"], cell[i, "median_ms"], cell[i, "min_ms"], cell[i, "ratio"],
            cell[i, "peak_kib"], cell[i, "rounds"], cell[i, "lines"], note(i)
    print "\ncost per socket, us (median; 1,000, 10,000, 100,000 and 400,000 sockets)"
    costs()
}

function note(i,    said, ratio, must, moonshot) {
    said = cell[i, "path"]
    ratio = cell[i, "ratio"] + 0
    must = cell[i, "must"]
    moonshot = cell[i, "moonshot"]
    if (must != "") said = said (ratio >= must + 0 ? "must " : "MISSED ") must
    if (moonshot != "") said = said (ratio >= moonshot + 0 ? ", moonshot " : ", not yet ") moonshot
    if (cell[i, "exit"] != 0) said = said " exit " cell[i, "exit"]
    return said
}

function costs(    i, j, at, name, names, order, known) {
    for (j = 1; j <= sizes; j++) at[of_size[j]] = j
    for (i = 1; i <= rows; i++) {
        if (!(cell[i, "load"] in at)) continue
        name = cell[i, "command"]
        if (!(name in known)) order[++names] = name
        known[name] = 1
        j = at[cell[i, "load"]]
        known[name, j] = sprintf("%.2f", cell[i, "median_ms"] * 1000 / sockets[j])
    }
    for (i = 1; i <= names; i++) {
        printf "%-34s", order[i]
        for (j = 1; j <= sizes; j++) printf " %9s", known[order[i], j]
        print ""
    }
}

# ---- table --------------------------------------------------------------------------------------

# Rounds to three digits, and groups thousands.
function digits(x,    s, out) {
    x += 0
    if (x < 9.995) return sprintf("%.2f", x)
    if (x < 99.95) return sprintf("%.1f", x)
    s = sprintf("%.0f", x)
    while (length(s) > 3) {
        out = "," substr(s, length(s) - 2) out
        s = substr(s, 1, length(s) - 3)
    }
    return s out
}

function ratio_of(i,    ratio) {
    ratio = cell[i, "ratio"] + 0
    return sprintf(ratio < 99.95 ? "%.1f x" : "%.0f x", ratio)
}

# Prints a figure of a program, and remarks on it.
function figure(i, name,    said, musl) {
    said = name == "portls" ? "" : ", " ratio_of(i)
    musl = row_of[row_listing, "portls(musl)"]
    if (name == "portls" && musl) said = said ", musl " digits(cell[musl, "median_ms"])
    if (cell[i, "rounds"] + 0 < rounds) said = said ", runs: " cell[i, "rounds"]
    if (cell[i, "exit"] != 0) said = said ", exit " cell[i, "exit"]
    sub(/^, /, "", said)
    return digits(cell[i, "median_ms"]) " ms" (said == "" ? "" : " (" said ")")
}

function table(    p, i, path, musl) {
    print "# Time of one listing\n"
    print "`scripts/bench -w DIR` writes this file. Measured " about "."
    for (i = 1; i <= listings && !musl; i++) musl = row_of[i, "portls(musl)"]
    print "Times are medians. Ratios compare with portls. Memory is the peak of portls." \
        (musl ? " The time in\nparentheses is that of a static build of portls with musl." : "")
    print ""
    print "| listing | portls | ss | netstat | lsof | memory | how |"
    print "|---|--:|--:|--:|--:|--:|---|"
    for (row_listing = 1; row_listing <= listings; row_listing++) {
        printf "| %s: `%s` |", title[load[row_listing]], options[row_listing]
        for (p = 1; p <= programs; p++) {
            i = row_of[row_listing, program[p]]
            printf " %s |", i ? figure(i, program[p]) : "-"
        }
        i = row_of[row_listing, "portls"]
        path = cell[i, "path"]
        sub(/bpf/, "BPF", path)
        printf " %.1f MB | %s |\n", cell[i, "peak_kib"] * 1.024 / 1000, path
    }
}

# ---- chart --------------------------------------------------------------------------------------

# busybox awk may lack log() and powers. The series is that of the area tangent, for 1 <= x < 10.
function log10(x,    whole, y, i, sum) {
    while (x >= 10) { x /= 10; whole++ }
    while (x < 1) { x *= 10; whole-- }
    y = (x - 1) / (x + 1)
    x = y
    for (i = 1; i < 160; i += 2) { sum += x / i; x *= y * y }
    return whole + 2 * sum / 2.302585092994046
}
function power10(n) { return n > 0 ? 10 * power10(n - 1) : n < 0 ? power10(n + 1) / 10 : 1 }
function ceiling(x) { return x > int(x) ? int(x) + 1 : int(x) }
function floor(x) { return x < int(x) ? int(x) - 1 : int(x) }

function escaped(s) {
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    return s
}

function put(x, y, more, s) {
    body = body sprintf("<text x=\"%.1f\" y=\"%.1f\"%s>%s</text>\n", x, y, more, escaped(s))
}

function rule(x1, y1, x2, y2) {
    body = body sprintf("<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#30363d\"/>\n", x1, y1, x2, y2)
}

function duration(ms) { return ms + 0 < 999.5 ? digits(ms) " ms" : digits(ms / 1000) " s" }

# Bars from 1 ms on, as long as the logarithm of the time; returns where the last one ends.
function bars(x, y, width,    i, k, p, g, most, decades, top) {
    for (i = 1; i <= rows; i++) if (cell[i, "median_ms"] + 0 > most) most = cell[i, "median_ms"] + 0
    # Values slightly above a power of ten extend beyond the last line.
    decades = ceiling(log10(most) - 0.1)
    if (decades < 1) decades = 1
    width /= decades
    top = y
    y += 8
    rules = body
    body = ""
    for (k = 1; k <= drawn; k++) {
        g = listing[draw[k]]
        if (!g) continue
        put(x - 8, y + 16, " text-anchor=\"end\"", title[load[g]])
        put(x - 8, y + 29, " text-anchor=\"end\" class=\"c\"", "portls " options[g])
        for (p = 1; p <= programs; p++) {
            i = row_of[g, program[p]]
            if (!i) continue
            bar(x, y, log10(cell[i, "median_ms"]) * width, i, p)
            y += 12
        }
        y += 9
    }
    marks = body
    body = rules
    for (k = 0; k <= decades; k++) {
        rule(x + k * width, top, x + k * width, y - 4)
        put(x + k * width, top - 5, " text-anchor=\"middle\" class=\"g\"",
            k < 3 ? power10(k) " ms" : power10(k - 3) " s")
    }
    body = body marks
    return y
}

function bar(x, y, length_of, i, p,    said) {
    if (length_of < 1) length_of = 1
    body = body sprintf("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"10\" fill=\"%s\"/>\n",
        x, y, length_of, colour[p])
    said = program[p] " " duration(cell[i, "median_ms"])
    if (p > 1) said = said " (" ratio_of(i) ")"
    put(x + length_of + 5, y + 9, " class=\"s\"" (p > 1 ? "" : " font-weight=\"bold\""), said)
}

# Draws microseconds a socket at each size, for one set of options: level if time is proportional.
function lines(x, y, width, height, opts,
    j, p, i, least, most, cost, low, high, points, end) {
    for (p = 1; p <= programs; p++)
        for (j = 1; j <= sizes; j++) {
            i = row_of[listing[of_size[j] " " opts], program[p]]
            if (!i) continue
            cost[p, j] = cell[i, "median_ms"] * 1000 / sockets[j]
            if (!most || cost[p, j] > most) most = cost[p, j]
            if (!least || cost[p, j] < least) least = cost[p, j]
        }
    if (!most) return
    low = floor(log10(least))
    high = ceiling(log10(most))
    if (high == low) high++
    put(x, y - 12, " font-weight=\"bold\"", "Time per socket: " opts)
    for (j = low; j <= high; j++) {
        rule(x, y + height * (high - j) / (high - low), x + width,
            y + height * (high - j) / (high - low))
        put(x - 5, y + height * (high - j) / (high - low) + 4, " text-anchor=\"end\" class=\"g\"",
            power10(j) " us")
    }
    for (j = 1; j <= sizes; j++) put(along(x, width, j), y + height + 16,
        " text-anchor=\"middle\" class=\"g\"", size_name[j])
    for (p = 1; p <= programs; p++) {
        points = ""
        for (j = 1; j <= sizes; j++) {
            if (!((p, j) in cost)) continue
            end[p] = y + height * (high - log10(cost[p, j])) / (high - low)
            points = points sprintf(" %.1f,%.1f", along(x, width, j), end[p])
            body = body sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
                along(x, width, j), end[p], colour[p])
        }
        if (points != "") body = body sprintf(\
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n",
            substr(points, 2), colour[p])
    }
    name_ends(x + width + 9, end, y + height)
}

function along(x, width, j) {
    return x + width * log10(sockets[j] / sockets[1]) / log10(sockets[sizes] / sockets[1])
}

# Writes names next to the ends of their lines, from below, without overlap.
function name_ends(x, end, room,    p, lowest, done) {
    room += 13
    for (;;) {
        lowest = 0
        for (p = 1; p <= programs; p++)
            if ((p in end) && !(p in done) && (!lowest || end[p] > end[lowest])) lowest = p
        if (!lowest) return
        done[lowest] = 1
        room = end[lowest] + 4 < room - 13 ? end[lowest] + 4 : room - 13
        put(x, room, " fill=\"" colour[lowest] "\"", program[lowest])
    }
}

function chart(    height) {
    put(16, 26, " font-size=\"14\" font-weight=\"bold\"", "Time of one listing (logarithmic)")
    height = bars(252, 56, 215)
    lines(664, 76, 164, 170, "-tan")
    lines(664, 326, 164, 170, "-tunap")
    put(664, 532, " class=\"g\"", "sockets; a level line: time")
    put(664, 546, " class=\"g\"", "grows as their number does")
    if (height < 556) height = 556
    put(16, height + 14, " class=\"g\"", about)
    height += 28
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 %d\" width=\"900\"" \
        " height=\"%d\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\"" \
        " fill=\"#e6edf3\">\n", height, height
    print "<title>Times of portls beside those of its peers, and their time per socket</title>"
    print "<style>.g{fill:#9198a1;font-size:11px}.s{font-size:11px}" \
        ".c{font:11px monospace}</style>"
    print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\" stroke=\"#6e7681\"/>"
    printf "%s</svg>\n", body
}
