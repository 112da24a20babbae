--TEST--
DomainRules, parse_target() and parse_resolver()
--EXTENSIONS--
closte
--FILE--
<?php
$options = array( 'networks' => array( 'Network.com' ), 'www' => 'main_only', 'wildcards' => array( '*.network.com' ), 'application' => 'app7' );
$rules   = new Closte\DomainRules( $options );
foreach ( array( 'Bücher.de', 'shop.bücher.de', 'shop.network.com', 'network.com', 'x.app7.closte.com', 'no domain' ) as $domain ) {
	echo $domain, ': ', json_encode( array( $rules->aliases( $domain ), $rules->www( $domain ), $rules->isServedByNetwork( $domain ), $rules->isProtected( $domain ) ) ), "\n";
}
echo json_encode( ( new Closte\DomainRules() )->aliases( 'shop.example.com' ) ), "\n";
echo json_encode( ( new Closte\DomainRules( array( 'www' => 'never', 'application' => '' ) ) )->aliases( 'example.com' ) ), "\n";
$attempts = array(
	fn () => new Closte\DomainRules( array( 'www' => 'sometimes' ) ),
	fn () => new Closte\DomainRules( array( 'network' => array() ) ),
	fn () => Closte\parse_target( '192.0.2.300' ),
	fn () => Closte\parse_resolver( 'dns.example' ),
	fn () => Closte\parse_resolver( 'dns.example:53' ),
);
foreach ( $attempts as $attempt ) {
	try {
		$attempt();
		echo "taken\n";
	} catch ( Closte\ConfigException $e ) {
		echo $e->reason, ': ', $e->getMessage(), "\n";
	}
}
echo implode( ' ', array( Closte\parse_target( ' [2001:DB8::1] ' ), Closte\parse_target( 'Bücher.de.' ), Closte\parse_resolver( ' 192.0.2.53:5353 ' ), Closte\Lifecycle::CERTIFICATE_USUAL_WAIT, Closte\Lifecycle::CERTIFICATE_WARNING_DAYS, Closte\Lifecycle::LONGEST_WAIT ) ), "\n";
// A port that says nothing.
echo implode( ' ', array( Closte\parse_target( 'example.com:8080' ), Closte\parse_target( '192.0.2.1:80 ' ), Closte\parse_resolver( '192.0.2.53:99999' ), Closte\parse_target( '2001:db8::1:80' ) ) ), "\n";
?>
--EXPECT--
Bücher.de: [["xn--bcher-kva.de","www.xn--bcher-kva.de"],"www.xn--bcher-kva.de",false,false]
shop.bücher.de: [["shop.xn--bcher-kva.de"],null,false,false]
shop.network.com: [[],null,true,false]
network.com: [["network.com","www.network.com"],"www.network.com",false,true]
x.app7.closte.com: [["x.app7.closte.com"],null,false,true]
no domain: [["no domain"],null,false,false]
["shop.example.com","www.shop.example.com"]
["example.com"]
bad-option-value: The option "www" of Closte\DomainRules must be one of always, main_only, never, sometimes given.
unknown-option: Closte\DomainRules has no option "network". Did you mean "networks"? It takes: networks, www, subdomains, wildcards, application.
targets: "192.0.2.300" is neither a host name nor an address, so nothing can count as being there.
bad-resolver: The resolver “dns.example” is no name server's address. Give each as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53.
bad-resolver: The resolver “dns.example:53” is no name server's address. Give each as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53.
2001:db8::1 xn--bcher-kva.de 192.0.2.53:5353 900 14 349200
example.com 192.0.2.1 192.0.2.53 2001:db8::1:80
