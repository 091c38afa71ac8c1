curl -s -w '\n' --data-binary @poem.txt "$HISTOGRAM_URL/histogram"
curl -s -w '\n' -X POST "$VISITS_URL/visits?user=ada"
