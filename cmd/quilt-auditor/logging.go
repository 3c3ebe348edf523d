package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-logfmt/logfmt"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// logOptions are the logging flags of the commands that read AWS.
type logOptions struct{ level, format string }

func (o *logOptions) register(flags *pflag.FlagSet, level string) {
	flags.StringVar(&o.level, "log.level", level, "least level to log: debug, info, warn or error")
	flags.StringVar(&o.format, "log.format", "logfmt", "log format: logfmt or json")
}

// logger makes the logger that writes to w.
func (o *logOptions) logger(w io.Writer) (*zap.Logger, error) {
	level, err := zapcore.ParseLevel(o.level)
	if err != nil {
		return nil, usageError{fmt.Errorf("--log.level %q: use debug, info, warn or error", o.level)}
	}
	conf := zap.NewProductionEncoderConfig()
	conf.TimeKey, conf.EncodeTime = "ts", zapcore.RFC3339NanoTimeEncoder
	var encoder zapcore.Encoder
	switch o.format {
	case "json":
		encoder = zapcore.NewJSONEncoder(conf)
	case "logfmt":
		encoder = &logfmtEncoder{zapcore.NewMapObjectEncoder()}
	default:
		return nil, usageError{fmt.Errorf("--log.format %q: use logfmt or json", o.format)}
	}
	return zap.New(zapcore.NewCore(encoder, zapcore.Lock(zapcore.AddSync(w)), level)), nil
}

// logfmtEncoder writes entries as logfmt: ts, level and msg first, then the
// fields by name. What is empty is left out.
type logfmtEncoder struct{ *zapcore.MapObjectEncoder }

// Clone copies the encoder with the fields that With gave it.
func (e *logfmtEncoder) Clone() zapcore.Encoder {
	clone := &logfmtEncoder{zapcore.NewMapObjectEncoder()}
	for k, v := range e.Fields {
		clone.Fields[k] = v
	}
	return clone
}

var bufferPool = buffer.NewPool()

// EncodeEntry makes one line of the entry.
func (e *logfmtEncoder) EncodeEntry(entry zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
	all := e.Clone().(*logfmtEncoder)
	for _, f := range fields {
		f.AddTo(all)
	}
	pairs := []any{"ts", entry.Time.UTC().Format("2006-01-02T15:04:05.000Z"), "level", entry.Level.String(), "msg", entry.Message}
	names := make([]string, 0, len(all.Fields))
	for name := range all.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if text := valueText(all.Fields[name]); text != "" {
			pairs = append(pairs, name, printable(text))
		}
	}
	line, err := logfmt.MarshalKeyvals(pairs...)
	if err != nil {
		return nil, fmt.Errorf("encoding a log line: %w", err)
	}
	b := bufferPool.Get()
	_, _ = b.Write(bytes.TrimRight(line, "\n")) // a buffer takes everything
	b.AppendByte('\n')
	return b, nil
}

func valueText(value any) string {
	if t, ok := value.(time.Time); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(value)
}

// printable escapes what logfmt leaves as it is and a terminal would act on.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < unicode.MaxLatin1 && r >= 0x80 && !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
