{{- define "quilt-auditor.fullname" -}}
{{- $name := ternary .Release.Name (printf "%s-quilt-auditor" .Release.Name) (contains "quilt-auditor" .Release.Name) -}}
{{- .Values.fullnameOverride | default $name | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "quilt-auditor.selector" -}}
app.kubernetes.io/name: quilt-auditor
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The name is no value of the chart: the job of the metrics is called after it, and the rules want that one. */}}
{{- define "quilt-auditor.labels" -}}
{{ include "quilt-auditor.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "quilt-auditor.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{- define "quilt-auditor.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "quilt-auditor.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end }}

{{- define "quilt-auditor.config" -}}
{{- .Values.config.existing | default (printf "%s-config" (include "quilt-auditor.fullname" .)) -}}
{{- end }}

{{/* What is wrong with the values beyond what the schema says. */}}
{{- define "quilt-auditor.validate" -}}
{{- with .Values -}}
{{- if and .config.existing (or .config.text .config.waivers) -}}
{{- fail "config.existing stands instead of config.text and config.waivers: give one or the other" -}}
{{- end -}}
{{- if and .demo (or .config.existing .config.text) -}}
{{- fail "there is a configuration, but demo is true, which audits the sample estate: set demo to false" -}}
{{- end -}}
{{- if not (or .demo .config.existing .config.text) -}}
{{- fail "demo is false, and there is no configuration: give config.text (--set-file config.text=quilt-auditor.yaml) or config.existing" -}}
{{- end -}}
{{- end -}}
{{- end }}
