#!/bin/sh
# What Homeroom does on an OpenWrt device, in POSIX sh and the BusyBox applets of OpenWrt's own images.
#
# T holds one change's candidate, in memory. S stands on flash from the moment a commit begins until it is
# confirmed or taken back; its marker says how far it is:
#   (none)         being prepared by process `pid`; nothing is changed yet
#   pending        on trial: `timer` takes it back when its time is over, HOOK when the device restarts before
#   restoring.PID  PID puts the old configuration back
#   done           settled; only S itself is left to be removed
# A marker changes by `mv`, which succeeds for one process only: nobody needs another lock.
S=/etc/homeroom
C=/etc/config
HOOK=/etc/rc.d/S05homeroom
T=${0%/*}
umask 077
trap '' HUP

fail() {
	echo "homeroom: $*" >&2
	exit 1
}

# Packages that belong to the image or to the hardware: never read, never replaced.
image() {
	case $1 in
	fstab | luci | rpcd | ubootenv | ucitrack) return 0 ;;
	esac
	return 1
}

sums() {
	(cd "$1" && md5sum ./*)
}

# Tell whether process $1 is one of ours and runs: its number may be another's by now.
alive() {
	grep -q homeroom "/proc/$1/cmdline" 2>/dev/null
}

# Tell whether the process runs whose number stands in file $1 of S.
runs() {
	[ -s "$S/$1" ] && alive "$(cat "$S/$1")"
}

room() {
	set -- $(df -k $C | tail -n 1)
	while [ $# -gt 3 ]; do shift; done
	free=$1
	set -- $(du -sk $C) $(du -sk "$T/config")
	need=$((2 * $1 + $3 + 32))
	[ "$free" -ge "$need" ] || fail "its flash is full: $free kB are free, $need kB are needed"
}

# Write the files of directory $1 over the configuration, each of them whole, and remove the packages it lacks.
put() {
	for f in "$1"/*; do
		n=${f##*/}
		cmp -s "$f" "$C/$n" && continue
		cp "$f" "$C/.$n.homeroom" && mv "$C/.$n.homeroom" "$C/$n" || return 1
	done
	for f in $C/*; do
		[ -e "$1/${f##*/}" ] || image "${f##*/}" || rm "$f" || return 1
	done
}

# Put the snapshot back. Files are moved, not copied: that works on a full flash, and again after it broke off.
back() {
	rm -f $C/.*.homeroom
	names=" $(cat $S/names) "
	for f in $C/*; do
		case $names in
		*" ${f##*/} "*) ;;
		*) rm "$f" || return 1 ;;
		esac
	done
	for f in $S/config/*; do
		[ ! -f "$f" ] || mv "$f" "$C/${f##*/}" || return 1
	done
	sync
	[ "$(sums $C)" = "$(cat $S/sums)" ]
}

# Settled: nothing waits any more, and nothing is left.
clean() {
	[ ! -s $S/sleeper ] || kill "$(cat $S/sleeper)" 2>/dev/null
	rm -f $HOOK
	rm -rf $S
	sync
}

# Take the change back; 1 when none is on trial. If somebody is at it, wait for him; if he died at it, go on for him.
undo() {
	me=$S/restoring.$$
	until mv $S/pending "$me" 2>/dev/null; do
		set -- $S/restoring.*
		[ -e "$1" ] || return 1
		if alive "${1##*.}"; then sleep 1; else mv "$1" $S/pending 2>/dev/null; fi
	done
	while [ "$(cat $S/pid 2>/dev/null)" != $$ ] && runs pid; do sleep 1; done
	back || fail "the old configuration could not be put back whole"
	mv "$me" $S/done
	clean
}

# Have the services take the configuration over once we have answered: they may cut our connection.
apply() {
	(
		sleep 1
		reload_config
	) </dev/null >/dev/null 2>&1 &
	[ ! -d $S ] || echo $! >$S/reload
}

# Wait until they have: what was only written proves nothing.
applied() {
	while runs reload; do sleep 1; done
}

# Settle what others left: a trial whose timer was killed, a restoration or a preparation that broke off.
settle() {
	[ -d $S ] || return 0
	applied
	if [ -e $S/pending ]; then
		runs timer || runs pid || { undo && apply; }
	elif [ -e $S/done ] || ! runs pid; then
		if undo; then apply; else clean; fi
	fi
}

abort() {
	clean
	fail "$*"
}

# Take the candidate from standard input, if the configuration still has the hash $1; print it as the device's own uci understood it.
load() {
	settle
	[ ! -e $S/pending ] || fail "an earlier change still waits there for its confirmation"
	[ ! -d $S ] || fail "another change is under way there"
	for d in /tmp/homeroom-*; do
		[ "$d" = "$T" ] || rm -rf "$d"
	done
	for f in /tmp/.uci/*; do
		[ ! -s "$f" ] || fail "somebody's changes to ${f##*/} are not committed there"
	done
	rm -rf "$T/config" && mkdir "$T/config" || exit 1
	uci -c "$T/config" import || exit 1
	room
	sums $C >"$T/seen" && [ "$(md5sum <"$T/seen" | cut -c 1-32)" = "$1" ] ||
		fail "its configuration changed since it was read"
	uci -N -c "$T/config" export
}

# Put the candidate in force, on trial for $1 seconds.
commit() {
	[ -d "$T/config" ] || fail "its candidate is gone"
	settle
	mkdir $S 2>/dev/null || fail "another change is under way there"
	echo $$ >$S/pid
	sums $C >$S/sums && [ "$(cat $S/sums)" = "$(cat "$T/seen")" ] || abort "its configuration changed since it was read"
	(cd $C && echo *) >$S/names && cp -a $C $S/config && cp "$T/box" $S/box && chmod 700 $S/box || abort "its flash is full"
	[ "$(sums $S/config)" = "$(cat $S/sums)" ] && ln -s $S/box $HOOK && sync || abort "its flash is full"
	sh $S/box wait "$1" </dev/null >/dev/null 2>&1 &
	echo $! >$S/timer && : >$S/pending && sync || abort "its flash is full"
	if ! put "$T/config"; then
		undo
		fail "the candidate could not be written: its flash is full"
	fi
	sync
	rm -f $S/pid
	logger -t homeroom "on trial for $1 s: $2"
	apply
	echo committed
}

case $1 in
load) load "$2" ;;
commit) commit "$2" "$3" ;;
settle) settle ;;
confirm)
	applied
	mv $S/pending $S/done 2>/dev/null || fail "nothing waits there for a confirmation"
	clean
	echo confirmed
	;;
revert)
	undo || fail "nothing waits there that could be taken back"
	apply
	echo reverted
	;;
wait)
	sleep "$2" &
	echo $! >$S/sleeper
	wait
	rm -f $S/sleeper
	undo && reload_config
	;;
boot) # HOOK, before any service is started: whoever was at it is gone
	rm -f $S/pid $S/timer $S/sleeper $S/reload
	for f in $S/restoring.*; do
		[ ! -e "$f" ] || mv "$f" $S/pending
	done
	undo || clean
	;;
esac
