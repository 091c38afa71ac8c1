curl -s -w '\n' "$WEB_URL/?name=ada"
