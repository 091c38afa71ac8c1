/**
 * Sourced by the entrypoint of the image, before it fills in the configuration
 * (https://github.com/nginx/docker-nginx/blob/master/entrypoint/docker-entrypoint.sh): values of Secrets become what
 * may stand between double quotes there.
 */
export const HEADER_SCRIPT = `# Values of Secrets, as nginx reads them between double quotes. A line break at the end
# is left out.
for name in $BACKEND_HEADERS; do
  value=$(printenv "$name")
  if [ "$(printf %s "$value" | LC_ALL=C tr -d ' -~' | wc -c)" -gt 0 ]; then
    echo >&2 "$name holds a line break or another character that no header has: put only the value into its Secret"
    exit 1
  fi
  export "$name=$(printf %s "$value" | sed 's/[\\\\"]/\\\\&/g')"
done
`;
