visit() {
  curl -s -w '\n' -X POST "$VISITS_URL/?user=$1"
}

echo 'Visits, each counted by the owner of the user:'
visit ada
visit ada
visit ann

echo 'After the pods of all shards were killed:'
npx cdk8s-metaparticle kill visits-0-0 visits-1-0 visits-2-0
visit ada

echo 'A guestbook that all replicas write:'
for user in ada ann dave; do
  curl -s -w '\n' -X POST "$GUESTBOOK_URL/?user=$user"
done
