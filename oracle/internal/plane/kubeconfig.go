package plane

import (
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfig writes <name>.kubeconfig with everything inside, so that it can be copied. The certificate is <name>'s.
func (a *authority) writeKubeconfig(name, server string) (string, error) {
	parts := map[string][]byte{"ca.crt": nil, name + ".crt": nil, name + ".key": nil}
	for file := range parts {
		text, err := os.ReadFile(a.path(file))
		if err != nil {
			return "", err
		}
		parts[file] = text
	}
	config := api.NewConfig()
	config.Clusters["oracle"] = &api.Cluster{Server: server, CertificateAuthorityData: parts["ca.crt"]}
	config.AuthInfos[name] = &api.AuthInfo{ClientCertificateData: parts[name+".crt"], ClientKeyData: parts[name+".key"]}
	config.Contexts["oracle"] = &api.Context{Cluster: "oracle", AuthInfo: name}
	config.CurrentContext = "oracle"
	file := a.path(name + ".kubeconfig")
	return file, clientcmd.WriteToFile(*config, file)
}

// clientConfig reads a kubeconfig for our own use. Client-side rate limits are off: one process plays all kubelets.
func clientConfig(file, userAgent string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", file)
	if err != nil {
		return nil, err
	}
	config.UserAgent = userAgent
	config.QPS = -1
	return config, nil
}
