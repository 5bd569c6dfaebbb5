// With Debian's golang-go and golang-golang-x-mod-dev nothing is downloaded:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o logcheck .
//
// Elsewhere: go mod tidy && go build -o logcheck .
module aboveboard.example/logcheck

go 1.19

require golang.org/x/mod v0.7.0
