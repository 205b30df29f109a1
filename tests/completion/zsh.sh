# SPDX-License-Identifier: BSD-2-Clause
# zsh completes only on a terminal: one of zpty's, where compadd tells what it was given.
folder=a-folder
colon=:
quoted='\$\(\>evil\)'

asked() {
    zsh -f -c '
        zmodload zsh/zpty
        zpty z TERM=dumb zsh -f -i
        await() { local out; zpty -r -m z out "*$1*" || exit 1; REPLY=$out; }
        zpty -w z "PROMPT= RPROMPT=; stty -echo; unsetopt zle_bracketed_paste prompt_cr 2>/dev/null"
        zpty -w z "fpath=($PWD/zfuncs \$fpath); autoload -Uz compinit; compinit -u -D"
        zpty -w z "zstyle \":completion:*\" list-grouped false"
        zpty -w z "source ./capture.zsh"
        zpty -w z "print REA\"\"DY"
        await READY
        zpty -w -n z "$1"$'"'\\t'"'
        await END-OF-OFFERS
        print -r -- ${REPLY##*START-OF-OFFERS}
        zpty -d z
    ' zsh "$1" | tr -d '\r' | grep -v -e '^$' -e END-OF-OFFERS
}
mkdir -p zfuncs
cp portls.zsh zfuncs/_portls
cp portname.zsh zfuncs/_portname
cp portwatch.zsh zfuncs/_portwatch
cp portwire.zsh zfuncs/_portwire
cp portkill.zsh zfuncs/_portkill
cat >capture.zsh <<'CAPTURE'
# What compadd would add, written to the terminal instead of the line.
compadd() {
    local -a found
    local head=$IPREFIX
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    typeset -a found
    builtin compadd -A found "$@"
    (( ${#found} )) && offered+=("${(@)^found/#/${head#--*=}}")
    builtin compadd "$@"
}
offered=()
capture() {
    offered=()
    _main_complete
    print -r -- START-OF-OFFERS
    print -rl -- $offered
    print -r -- END-OF-OFFERS
    compstate[insert]= compstate[list]=
}
zle -C capture complete-word capture
bindkey '^I' capture
CAPTURE
