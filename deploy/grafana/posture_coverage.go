package main

func byStatus() panel {
	return with(stacked(graph("Findings of the last run", "Every verdict, by status. Unknown is what could not be judged, and no pass.",
		field{Unit: "none", Min: new(0.0)}, asked{"sum by (status) (" + findings() + ")", "{{status}}"})),
		fixed("pass", green), fixed("fail", red), fixed("unknown", gray), fixed("not_applicable", blue))
}

func unjudged() panel {
	return reading(graph("Not judged, by check", "The share of a check's findings that is unknown, in the account where it is greatest. Above the line QuiltAuditorNotJudged alerts after 30 minutes.",
		field{Unit: "percentunit", Min: new(0.0), Max: new(1.0), Thresholds: steps(from(0.05, red))},
		asked{"max by (check) (check_account:quilt_auditor_unjudged:ratio{" + ofCheck + "})", "{{check}}"}), "QuiltAuditorNotJudged")
}

// entered shows since when an account is shut.
func entered() panel {
	return reading(states("Accounts entered", "Which accounts runs could enter and list, over time. A gap: nobody looked.",
		field{Unit: "none", Thresholds: steps(), Mappings: texts(map[string]shown{"0": {"not entered", red, 0}, "1": {"entered", green, 1}})},
		asked{withName("min by (job, account_id) (account:quilt_auditor_account_accessible:min{" + ofAccount + "})"), "{{name}} {{account_id}}"}), "QuiltAuditorAccountNotEntered")
}

func longestUnknown() panel {
	return places("Longest unknown", "The fifty findings that have been unknown for longest. One that is also an open failure is above too.",
		"unknown", steps(from(0, gray), from(86400, orange)))
}

func waivers() panel {
	return with(stat("Waivers", "What the waivers file came to in the last run. Active: covers findings. Expired: its day is over. Unused: matches no finding that needs it. Lapsed: what it accepted has changed.",
		field{Unit: "none", Thresholds: noneOr(yellow)}, asked{"sum by (state) (" + replicas(live("quilt_auditor_waivers")) + ")", "{{state}}"}),
		named("active", property{"thresholds", steps(from(0, blue))}))
}

func waiverEnds() panel {
	return reading(table("Ends of waivers", "How long each waiver still holds. The waivers file says what it covers, who owns it and why. Negative: it has ended, and what it covered counts.",
		"Ends in", false, []column{
			{"check", "Check", nil},
			{"waiver", "Waiver", []property{width(150)}},
			{"Value", "Ends in", number("s", colored(steps(from(-1e15, red), from(0, yellow), from(14*86400, green)), width(130))...)},
		}, asked{"min by (check, waiver) (waiver:quilt_auditor_waiver_expiry_timestamp_seconds:max{" + ofJob + "}) - time()", ""}), "QuiltAuditorWaiverExpiring")
}
