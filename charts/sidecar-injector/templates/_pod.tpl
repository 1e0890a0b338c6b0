{{- /* Where the pods of the Deployment run: fields of a pod. */}}
{{- define "sidecar-injector.scheduling" -}}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- $apart := include "sidecar-injector.anti-affinity" . | fromYaml }}
{{- $affinity := .Values.affinity | default dict }}
{{- with hasKey $affinity "podAntiAffinity" | ternary $affinity (merge $apart $affinity) }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{- toYaml (merge (deepCopy .) (dict "labelSelector" (include "sidecar-injector.label-selector" $ | fromYaml))) | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "sidecar-injector.label-selector" -}}
matchLabels: {{- include "sidecar-injector.selector" . | nindent 2 }}
{{- end }}

{{- define "sidecar-injector.anti-affinity" -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (include "sidecar-injector.label-selector" . | fromYaml) }}
{{- if eq .Values.podAntiAffinity "required" }}
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - {{- toYaml $term | nindent 6 }}
{{- else if eq .Values.podAntiAffinity "preferred" }}
podAntiAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm: {{- toYaml $term | nindent 8 }}
{{- end }}
{{- end }}

{{- /* With maxSurge, a replica more than usual has to find a node where nobody excludes it or has its port. */}}
{{- define "sidecar-injector.strategy" -}}
{{- $alone := or .Values.hostNetwork (eq .Values.podAntiAffinity "required") -}}
type: RollingUpdate
rollingUpdate:
  maxUnavailable: {{ $alone | ternary 1 0 }}
  maxSurge: {{ $alone | ternary 0 1 }}
{{- end }}
