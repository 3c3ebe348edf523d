package config

import "github.com/go-viper/mapstructure/v2"

// decode fills into with what the layers gave. They hold known keys of the
// right types only, so it refuses everything else.
func decode(values map[string]any, into any) error {
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		TagName:     "json",
		ErrorUnused: true,
		DecodeHook:  mapstructure.TextUnmarshallerHookFunc(),
		Result:      into,
	})
	if err != nil {
		return err
	}
	return decoder.Decode(values)
}

// checkPeriods notes the periods that are none, and takes them out.
func checkPeriods(r *report, values map[string]any) {
	check := func(holder any, at place, key string, parse func(string) error) {
		values, _ := holder.(map[string]any)
		text, given := values[key].(string)
		if !given {
			return
		}
		if err := parse(text); err != nil {
			r.misshapen(at.key(key), "%v", err)
			delete(values, key)
		}
	}
	keep := func(holder any, at place) {
		check(holder, at, "keep", func(text string) error { return new(Period).UnmarshalText([]byte(text)) })
	}
	keep(values["storage"], "storage")
	exports, _ := values["exports"].([]any)
	for i, export := range exports {
		keep(export, place("exports").item(i))
	}
	reports, _ := values["reports"].([]any)
	for i, report := range reports {
		at := place("reports").item(i)
		keep(report, at)
		check(report, at, "period", func(text string) error { return new(Window).UnmarshalText([]byte(text)) })
	}
}

// decodeConfig makes the Config of the merged layers; the file lies in dir.
func decodeConfig(values map[string]any, dir string) (*Config, error) {
	var cfg Config
	if err := decode(values, &cfg); err != nil {
		return nil, err
	}
	cfg.complete()
	cfg.resolve(dir)
	return &cfg, nil
}
