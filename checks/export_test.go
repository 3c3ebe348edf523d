package checks

// Catalogue is All over a given cache of policies.
var Catalogue = catalogue
