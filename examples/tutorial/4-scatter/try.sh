count() {
  curl -s -i --data-binary @poem.txt "$HISTOGRAM_URL" | grep -e '^x-gather' -e '^{'
}

echo 'All leaves answer:'
count

echo 'One leaf hangs:'
npx cdk8s-metaparticle freeze $(npx cdk8s-metaparticle pods histogram-2 | cut -d ' ' -f 1)
count
