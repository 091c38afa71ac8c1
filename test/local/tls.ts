/**
 * A key and a certificate that nobody has signed, valid for a hundred years: what a server has that only probes talk
 * to.
 */
export const UNSIGNED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg14uPwWnvhM8/Lt8E
BS9raurv9pMoO/C00J0YFOXhqfmhRANCAAR7lX5o3nImwcYrHci68m76DQ2Sum2G
VvKDuP97Wl+rb0Ua9EqrgevcdXbg0ef4IRJSZj/ExtcxHmEvaQF61zBP
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUJqzZKWXUjh6Hf6z3P8mfcsfSl9cwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyNjE5MTEwOVoYDzIxMjYxMTAyMTkx
MTA5WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAR7lX5o3nImwcYrHci68m76DQ2Sum2GVvKDuP97Wl+rb0Ua9EqrgevcdXbg0ef4
IRJSZj/ExtcxHmEvaQF61zBPo1MwUTAdBgNVHQ4EFgQUyjRLnuI4VtwODG8ZDhPP
c7ZsjkkwHwYDVR0jBBgwFoAUyjRLnuI4VtwODG8ZDhPPc7ZsjkkwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAouYE/chmlQQ7IEQguNIxEbXrJEk8
zVq4Dze3O91BU6ICIEMPjUPg/VlQn6DgFjxR2+v+qtsOvLewsBfMGowGxtz+
-----END CERTIFICATE-----`,
};
