module zonewarden.io/test/sarif-schema

go 1.24

// Its text of the official schema (OASIS SARIF 2.1.0 errata 01) is all that is used.
require github.com/owenrumney/go-sarif/v3 v3.2.3
