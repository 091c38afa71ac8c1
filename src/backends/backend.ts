import { Deployment, Service } from 'cdk8s-plus-27';
import { ExistingBackend } from './address';
import { IBackend } from './backend-interface';
import { DeploymentBackend, DeploymentBackendOptions } from './deployment-backend';
import type { DeploymentReference, IDeployment } from './deployment-reference';
import { FunctionBackend, FunctionBackendOptions } from './function-backend';
import { ImageBackend, ImageBackendOptions } from './image-backend';
import { serviceAddress, ServiceBackendOptions } from './service-address';
import { urlAddress, UrlBackendOptions } from './url-address';
import { checked } from '../checks/arguments/checked';
import { Code } from '../code/code';
import { IService } from '../platform/plus-objects';

/** Makes backends. */
export class Backend {
  /**
   * Pods of a container image that answers HTTP.
   *
   * ```ts
   * Backend.fromImage('ghcr.io/acme/users:1.4.2', { port: 8080, readinessPath: '/health' })
   * ```
   *
   * @param image its reference, with a tag or digest
   */
  public static fromImage(image: string, options: ImageBackendOptions): IBackend {
    return new ImageBackend(...checked('Backend.fromImage', [image, options]));
  }

  /**
   * Pods that run a function for each request: `(request, context) => answer`, synchronous or not. No image is built.
   * The code travels in a ConfigMap.
   *
   * ```ts
   * Backend.fromFunction(Code.fromInline('(request) => `hello ${request.query.name}`'))
   * ```
   *
   * It returns a value (sent as JSON), a string (sent as text), bytes, a stream or a web-standard `Response`. If it
   * throws, the client gets a 500, and the stack is in the log. docs/functions.md describes requests, answers and
   * limits.
   */
  public static fromFunction(code: Code, options: FunctionBackendOptions = {}): IBackend {
    return new FunctionBackend(...checked('Backend.fromFunction', [code, options]));
  }

  /**
   * An existing Service, of this chart or another one. No pods are made. Connections go to the address of the Service,
   * and Kubernetes chooses a pod for each connection, so load is spread by connections and not by requests. With a
   * headless Service, connections go to the addresses of its pods.
   *
   * Requests keep the Host header of their client.
   *
   * ```ts
   * Backend.fromService(service, { port: 'http' })
   * ```
   *
   * @throws if the Service has no such TCP port, or several and none is named
   */
  public static fromService(service: Service | IService, options: ServiceBackendOptions = {}): IBackend {
    return ExistingBackend._at(serviceAddress(...checked('Backend.fromService', [service, options])));
  }

  /**
   * An existing Deployment: of this chart, of another one, or made elsewhere and given by its name and labels. The
   * Deployment does not change. Two Services are made in its namespace, which a router needs to balance over its pods
   * request by request, and to pass over pods that fail.
   *
   * Pods get requests while their readiness probe succeeds. Pods without one get requests before they listen. While
   * pods are replaced, requests are lost unless pods go on answering for some seconds after they are told to stop:
   * give their containers a `preStop` that sleeps. If NetworkPolicies protect the pods, they must let the pattern in:
   * `deployment.connections.allowFrom(pattern)`.
   *
   * Requests keep the Host header of their client.
   *
   * ```ts
   * Backend.fromDeployment(deployment, { port: 'http' })
   * Backend.fromDeployment({ name: 'users', labels: { app: 'users' } }, { port: 8080 })
   * ```
   *
   * @param deployment one of cdk8s-plus, of whichever version, with its ports and labels, or its name and labels
   * @throws if it has no labels, no such TCP port, or several and none is named
   */
  public static fromDeployment(
    deployment: Deployment | IDeployment | DeploymentReference, options: DeploymentBackendOptions = {},
  ): IBackend {
    return new DeploymentBackend(...checked('Backend.fromDeployment', [deployment, options]));
  }

  /**
   * A server that no chart of yours makes, in the cluster or outside. A name without dots is a Service of the
   * pattern's namespace. A name that ends with `.svc` is a Service of the cluster: `users.shop.svc`. Any other name is
   * looked up as it is. So `users.shop`, which programs in pods may use for that Service, is a host of the internet
   * here.
   *
   * Requests get the URL's host as their Host header, and its path in front of their own path. To a host outside of
   * the cluster, headers that tell who is calling are not sent, unless `callerHeaders` says otherwise.
   *
   * ```ts
   * Backend.fromUrl('https://rates.example.com/v1', {
   *   headers: { authorization: HeaderValue.fromSecret('rates-api', 'token', { prefix: 'Bearer ' }) },
   * })
   * ```
   *
   * @param url `https://host`, also with a port and a path, or the same with `http`. An IPv6 address stands in
   * brackets
   * @throws if it is anything else, or has credentials, a query or a fragment
   */
  public static fromUrl(url: string, options: UrlBackendOptions = {}): IBackend {
    return ExistingBackend._at(urlAddress(...checked('Backend.fromUrl', [url, options])));
  }

  private constructor() {}
}
