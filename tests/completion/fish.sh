# SPDX-License-Identifier: BSD-2-Clause
# fish says itself what it would offer.
folder=a-folder/
colon=:
quoted='$(>evil)'

# For "--sort=-recv" it offers the whole word.
asked() {
    fish --no-config -c '
        source ./portls.fish
        source ./portname.fish
        source ./portwatch.fish
        source ./portwire.fish
        source ./portkill.fish
        complete -C $argv[1]' -- "$1" | cut -f1 | sed 's/^--[a-z-]*=\(.\)/\1/'
}
