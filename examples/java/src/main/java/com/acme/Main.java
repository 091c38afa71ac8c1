package com.acme;

import io.github.cdk8smetaparticle.Backend;
import io.github.cdk8smetaparticle.Code;
import io.github.cdk8smetaparticle.Shard;
import io.github.cdk8smetaparticle.ShardKey;
import io.github.cdk8smetaparticle.Spread;
import org.cdk8s.App;
import org.cdk8s.Chart;
import software.constructs.Construct;

/** A shop in Java: any of three replicas greets, and each user is served by the shard that owns its name. */
public class Main extends Chart {
  // Functions in pods are JavaScript: they travel in the manifests, and stock images run them.
  private static final String GREET =
      "({ query }, { pod }) => ({ greeting: `hello ${query.name ?? 'world'}`, pod })";
  private static final String WELCOME =
      "({ headers }, { shard, pod }) => ({ user: headers['x-user'], shard, pod })";

  public final Shard users;

  public Main(Construct scope, String id) {
    super(scope, id);
    Spread.Builder.create(this, "Web")
        .replicas(3)
        .backend(Backend.fromFunction(Code.fromInline(GREET)))
        .build();
    users = Shard.Builder.create(this, "Users")
        .shards(3)
        .replicas(1)
        .key(ShardKey.fromHeader("x-user"))
        .backend(Backend.fromFunction(Code.fromInline(WELCOME)))
        .build();
  }

  public static void main(String[] args) {
    App app = new App();
    new Main(app, "shop");
    app.synth();
  }
}
