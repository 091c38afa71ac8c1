package com.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.cdk8s.App;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @RegisterExtension
  static final Cluster cluster = new Cluster();

  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Main chart = new Main(new App(), "shop");

  @ParameterizedTest
  @ValueSource(strings = {"ada", "bob", "carol", "dave"})
  void aKeyReachesItsShard(String user) throws Exception {
    JsonNode answer = get("users", user, Duration.ofSeconds(10));

    assertEquals(shardOf(user), answer.get("shard").asInt());
    assertEquals(podOf("users-" + shardOf(user)).get("name"), answer.get("pod"));
  }

  @Test
  void noRequestIsLostWhenAPodIsKilled() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    String victim = podOf("web-backend").get("name").asText();
    CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
      for (int i = 0; i < 400; i++) {
        answers.add(client.sendAsync(request("web", "nobody", Duration.ofSeconds(10)), BodyHandlers.ofString()));
        answers.get(i).join();
      }
    });
    cluster.run("kill", victim);
    load.get();
    cluster.run("wait");

    Set<String> served = new HashSet<>();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertEquals(200, answer.get().statusCode());
      served.add(JSON.readTree(answer.get().body()).get("pod").asText());
    }
    assertTrue(served.size() >= 2, served.toString());
    assertEquals(1, podOf("web-backend").get("restarts").asInt());
  }

  @Test
  void whileAShardIsFrozenOnlyItsKeysWait() throws Exception {
    int frozen = shardOf("ada");
    String other = Stream.of("bob", "carol", "dave").filter(user -> shardOf(user) != frozen).findFirst().get();
    String pod = podOf("users-" + frozen).get("name").asText();

    cluster.run("freeze", pod);
    assertThrows(HttpTimeoutException.class, () -> get("users", "ada", Duration.ofSeconds(1)));
    assertEquals(shardOf(other), get("users", other, Duration.ofSeconds(10)).get("shard").asInt());

    cluster.run("thaw", pod);
    assertEquals(frozen, get("users", "ada", Duration.ofSeconds(10)).get("shard").asInt());
  }

  /** The first pod of a group. */
  private static JsonNode podOf(String group) throws Exception {
    return cluster.pods(group).get(0);
  }

  private int shardOf(String user) {
    return chart.users.shardOf(user).intValue();
  }

  private JsonNode get(String service, String user, Duration timeout) throws Exception {
    return JSON.readTree(client.send(request(service, user, timeout), BodyHandlers.ofString()).body());
  }

  private static HttpRequest request(String service, String user, Duration timeout) {
    return HttpRequest.newBuilder(URI.create(cluster.url(service))).header("x-user", user).timeout(timeout).build();
  }
}
