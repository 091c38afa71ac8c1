echo 'Who answers 12 requests:'
for n in $(seq 12); do
  curl -s -w '\n' "$WEB_URL/?name=ada"
done | sort | uniq -c

echo 'What 100 requests get while a pod is killed:'
pod=$(npx cdk8s-metaparticle pods web-backend | head -n 1 | cut -d ' ' -f 1)
npx cdk8s-metaparticle kill "$pod" &
for n in $(seq 100); do
  curl -s -o /dev/null -w 'status %{http_code}\n' "$WEB_URL/"
done | sort | uniq -c
wait
