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
	check := func(holder any, at place) {
		values, _ := holder.(map[string]any)
		text, given := values["keep"].(string)
		if !given {
			return
		}
		if _, err := ParsePeriod(text); err != nil {
			r.misshapen(at.key("keep"), "%v", err)
			delete(values, "keep")
		}
	}
	check(values["storage"], "storage")
	exports, _ := values["exports"].([]any)
	for i, export := range exports {
		check(export, place("exports").item(i))
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
