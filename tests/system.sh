#!/bin/sh
# Install the Debian packages named, where we may; otherwise say which tests will be skipped and why.
missing=""
for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of names
    { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $missing; } >/dev/null 2>&1 && exit 0
    echo "could not install$missing: the tests that need them are skipped" >&2
else
    echo "not root, so$missing is not installed: the tests that need them are skipped" >&2
fi
exit 0
