{{- define "sidecar-injector.name" -}}
{{- $chart := .Values.nameOverride | default .Chart.Name }}
{{- $derived := contains $chart .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $chart) }}
{{- .Values.fullnameOverride | default $derived | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "sidecar-injector.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sidecar-injector.labels" -}}
{{ include "sidecar-injector.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* With the labels of one object, which override commonLabels. */}}
{{- define "sidecar-injector.labels-with" -}}
{{- mergeOverwrite (include "sidecar-injector.labels" (index . 0) | fromYaml) (index . 1 | default dict) | toYaml }}
{{- end }}

{{- define "sidecar-injector.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- define "sidecar-injector.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "sidecar-injector.name" .) }}
{{- end }}

{{- /* The kinds that are declared besides the known ones, as the flag of the server has them. */}}
{{- define "sidecar-injector.workloads" -}}
{{- range $i, $each := .Values.workloads }}{{ if $i }},{{ end }}{{ .kind }}.{{ .group }}/{{ .resource | default (printf "%ss" (lower .kind)) }}={{ .template }}{{ end }}
{{- end }}

{{- /* RE2: a key with a prefix that is probably meant to be sidecar.io/, as src/engine/misplaced.ts guesses more of them. */}}
{{- define "sidecar-injector.misspelled" -}}
(?i)^((s?i?de-?cars?|siecar|sidcar|sidear|sidecr|sideca|siedcar|sdiecar|isdecar|sidcear|sideacr|sidecra)[.-](io|oi|k8s[.]io|kubernetes[.]io)/|sidecar[.]io[-._:])
{{- end }}

{{- /* The smallest number of replicas. */}}
{{- define "sidecar-injector.replicas" -}}
{{ .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicas }}
{{- end }}

{{- /* CEL: a selector, which is text such as `team In shop,web;stage Exists `, selects labels. Written by src/policy/parameters.ts. */}}
{{- define "sidecar-injector.selects" -}}
{{- $text := index . 0 }}{{ $labels := index . 1 -}}
{{ $text }}.split(';').all(line, [line.split(' ')].exists(r, r[1] == 'Any' || (r[1] == 'Account' && variables.account in r[2].split(',')) || (r[1] == 'In' && r[0] in {{ $labels }} && {{ $labels }}[r[0]] in r[2].split(',')) || (r[1] == 'NotIn' && !(r[0] in {{ $labels }} && {{ $labels }}[r[0]] in r[2].split(','))) || (r[1] == 'Exists' && r[0] in {{ $labels }}) || (r[1] == 'DoesNotExist' && !(r[0] in {{ $labels }}))))
{{- end }}

{{- /* Where the certificate comes from. A name in existingSecret is enough. */}}
{{- define "sidecar-injector.certificate-source" -}}
{{- if .Values.certificates.existingSecret }}existingSecret
{{- else if eq .Values.certificates.source "existingSecret" }}
{{- fail "certificates.source is existingSecret: write the name of the Secret in certificates.existingSecret" }}
{{- else }}{{ .Values.certificates.source }}
{{- end }}
{{- end }}

{{- /* The seconds of a duration such as 1h30m. */}}
{{- define "sidecar-injector.seconds" -}}
{{- $sum := 0 }}
{{- range regexFindAll "[0-9]+[hms]" . -1 }}
{{- $sum = add $sum (mul (trimAll "hms" . | int64) (get (dict "h" 3600 "m" 60 "s" 1) (regexFind "[hms]" .))) }}
{{- end }}
{{- $sum }}
{{- end }}

{{- /* Labels by which objects of the chart find others. */}}
{{- define "sidecar-injector.check-labels" -}}
{{- $own := list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/version" "app.kubernetes.io/managed-by" "helm.sh/chart" }}
{{- range $value, $labels := dict "commonLabels" .Values.commonLabels "podLabels" .Values.podLabels "service.labels" .Values.service.labels }}
{{- range $key := keys ($labels | default dict) }}
{{- if has $key $own }}{{ fail (printf "%s has %s, which the chart sets itself: remove it" $value $key) }}{{ end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* The Service has the name of the other objects, and Services allow less in it. */}}
{{- define "sidecar-injector.check-name" -}}
{{- $name := include "sidecar-injector.name" . }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) }}
{{- fail (printf "%s cannot be the name of a Service: set fullnameOverride to a name of lowercase letters, digits and hyphens that begins with a letter" $name) }}
{{- end }}
{{- end }}

{{- /* Each mount names a volume of the pod. */}}
{{- define "sidecar-injector.check-mounts" -}}
{{- $volumes := list "certificates" "client-ca" }}
{{- range .Values.extraVolumes }}
{{- if has .name $volumes }}{{ fail (printf "extraVolumes has the volume %s, which is there already: rename it" .name) }}{{ end }}
{{- $volumes = append $volumes .name }}
{{- end }}
{{- range .Values.extraVolumeMounts }}
{{- if not (has .name $volumes) }}{{ fail (printf "extraVolumeMounts names the volume %s: add it to extraVolumes" .name) }}{{ end }}
{{- end }}
{{- end }}

{{- /* A replica serves on after SIGTERM, and then finishes the requests in progress. */}}
{{- define "sidecar-injector.check-grace" -}}
{{- $delay := "5s" }}
{{- range .Values.extraArgs }}{{ if hasPrefix "--drain-delay=" . }}{{ $delay = trimPrefix "--drain-delay=" . }}{{ end }}{{ end }}
{{- $grace := .Values.terminationGracePeriodSeconds }}
{{- if and (not (kindIs "invalid" $grace)) (regexMatch "^([0-9]+[hms])+$" $delay) }}
{{- if le (int64 $grace) (include "sidecar-injector.seconds" $delay | int64) }}
{{- fail (printf "terminationGracePeriodSeconds is %d: write more than the %s that a replica serves after SIGTERM" (int64 $grace) $delay) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What the server refuses at its start. */}}
{{- define "sidecar-injector.check-lives" -}}
{{- $life := include "sidecar-injector.seconds" .life | int64 }}
{{- if lt $life 10 }}{{ fail (printf "certificates.life is %s: write 10s or more" .life) }}{{ end }}
{{- $caLife := include "sidecar-injector.seconds" .caLife | int64 }}
{{- if gt $caLife 3153600000 }}{{ fail (printf "certificates.caLife is %s: write 876000h or less" .caLife) }}{{ end }}
{{- if lt $caLife (mul 3 $life) }}
{{- fail (printf "certificates.caLife is %s: it must be at least three times certificates.life, which is %s" .caLife .life) }}
{{- end }}
{{- end }}

{{- define "sidecar-injector.certificate-secret" -}}
{{ .Values.certificates.existingSecret | default (printf "%s-certificate" (include "sidecar-injector.name" .)) }}
{{- end }}

{{- /* The names that the API server and others in the cluster call the injector by. */}}
{{- define "sidecar-injector.hosts" -}}
{{- $host := printf "%s.%s.svc" (include "sidecar-injector.name" .) .Release.Namespace }}
{{- list $host (printf "%s.cluster.local" $host) | toJson }}
{{- end }}
