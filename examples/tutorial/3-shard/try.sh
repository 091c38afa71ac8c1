ask() {
  curl -s -w ' (status %{http_code})\n' "$USERS_URL/?user=$1"
}

echo 'Each user twice:'
for user in ada dave ann ada dave ann; do
  ask $user
done

echo 'While the shard of ada has no pods:'
npx cdk8s-metaparticle scale users-1 0
while [ -n "$(npx cdk8s-metaparticle pods users-1)" ]; do
  sleep 1
done
ask ada
ask dave
