<?php
/**
 * Domains behind a proxy.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

final class Proof_Test extends Dns_And_Certificates_Test_Case {

	private const DOMAIN = 'shop.customer.example';

	private ?Process $proxy = null;

	private string $dir;

	protected function setUp(): void {
		parent::setUp();
		$this->dir = sys_get_temp_dir() . '/' . uniqid( 'closte-proxy-' );
		mkdir( $this->dir );
	}

	protected function tearDown(): void {
		$this->proxy?->kill();
		exec( 'rm -rf ' . escapeshellarg( $this->dir ) );
		parent::tearDown();
	}

	public function test_the_web_server_answers_the_token_of_today_and_nothing_else(): void {
		$this->create_site( self::DOMAIN );
		$proof = ( new \ClosteSync\Extension\Proof() )->to_array();

		list( $status, $headers, $body ) = $this->get( $proof['token'] );
		$this->assertSame( array( 200, $proof['answer'] ), array( $status, $body ) );
		$this->assertStringContainsString( 'no-store', $headers['cache-control'] );
		$this->assertStringStartsWith( 'text/plain', $headers['content-type'] );
		$this->assertArrayNotHasKey( 'location', $headers );

		foreach ( array( 'x', strrev( $proof['token'] ), $proof['token'] . 'x', '', '%3Cscript%3E' ) as $token ) {
			list( $status, , $body ) = $this->get( $token );
			$this->assertSame( array( 404, '' ), array( $status, $body ), $token );
		}
	}

	public function test_a_domain_whose_proxy_leads_here_goes_on_to_its_certificate(): void {
		$proxy = $this->start_proxy( $this->env( 'port' ) );
		$this->map( self::DOMAIN, array( 'a' => array( $proxy ) ) );
		$this->run_due();

		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assertSame( 'here', $this->row( self::DOMAIN )->dns_state );
	}

	public function test_a_domain_whose_proxy_leads_elsewhere_stays_and_says_so(): void {
		$proxy = $this->start_proxy( null );
		$this->map( self::DOMAIN, array( 'a' => array( $proxy ) ) );
		$this->run_due();

		$this->assert_stage( 'checking-dns', self::DOMAIN );
		$this->assertContains( 'proxied', $this->problems( self::DOMAIN ) );
		$this->assertStringContainsString( 'Cloudflare', $this->row( self::DOMAIN )->problems[0]['message'] );
	}

	/**
	 * As with Ultimate Multisite, which keeps a mapped domain unknown to WordPress until its checks are passed.
	 */
	public function test_a_domain_that_wordpress_does_not_know_yet_is_proven_through_its_proxy(): void {
		$proxy = $this->start_proxy( $this->env( 'port' ) );
		$this->dns->set( self::DOMAIN, array( 'a' => array( $proxy ) ) );
		$this->plugin->sync()->domain_added( self::DOMAIN, 0, \ClosteSync\Ledger\Row_Source::MANUAL );
		$proof = ( new \ClosteSync\Extension\Proof() )->to_array();
		list( $status, $headers ) = $this->get( $proof['token'] );
		$this->assertSame( 302, $status );
		$this->assertStringContainsString( 'wp-signup.php', $headers['location'] );

		$this->run_due();
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assertSame( 'here', $this->row( self::DOMAIN )->dns_state );
		$seen = $this->plugin->extension()->check_dns( self::DOMAIN );
		$this->assertSame( array( true, array() ), array( $seen->proxied, $seen->problems ) );
	}

	public function test_the_script_answers_the_token_of_today_by_any_name_and_nothing_else(): void {
		$proof                           = ( new \ClosteSync\Extension\Proof() )->to_array();
		list( $status, $headers, $body ) = $this->ask( "{$proof['script']}?token={$proof['token']}" );
		$this->assertSame( array( 200, $proof['answer'] ), array( $status, $body ) );
		$this->assertStringContainsString( 'no-store', $headers['cache-control'] );

		foreach ( array( '', '?token=', '?token=x', '?token[]=x', '?token=' . $proof['answer'], "?token={$proof['token']}/../x" ) as $query ) {
			list( $status, $headers, $body ) = $this->ask( $proof['script'] . $query );
			$this->assertSame( array( 404, '' ), array( $status, $body ), $query );
			$this->assertArrayNotHasKey( 'location', $headers );
		}
	}

	/**
	 * Starts nginx where Cloudflare would be.
	 *
	 * @param ?int $behind Port of the web server that it passes requests on to; null: it answers itself.
	 * @return string Its address.
	 */
	private function start_proxy( ?int $behind ): string {
		$address = (string) getenv( 'PROXY_ADDRESS' );
		if ( '' === $address ) {
			$this->markTestSkipped( 'This system does not let us have a network of our own.' );
		}
		$port   = $this->env( 'emulator' )['edge_http_port'];
		$answer = null === $behind ? 'return 200 "Somebody else.";' : "proxy_set_header Host \$host; proxy_pass http://127.0.0.1:$behind;";
		$user   = 0 === posix_geteuid() ? 'user root;' : '';
		file_put_contents(
			"$this->dir/nginx.conf",
			"$user daemon off; pid $this->dir/pid; error_log $this->dir/log; worker_processes 1; events {}
			http {
				access_log off;
				client_body_temp_path $this->dir/body; proxy_temp_path $this->dir/proxy; fastcgi_temp_path $this->dir/fastcgi; uwsgi_temp_path $this->dir/uwsgi;
				scgi_temp_path $this->dir/scgi;
				server { listen $address:$port; location / { $answer } }
			}"
		);
		$this->proxy = new Process( array( 'nginx', '-c', "$this->dir/nginx.conf", '-e', "$this->dir/log" ) );
		$this->wait_for(
			static function () use ( $address, $port ): bool {
				$curl = curl_init( "http://$address:$port/" );
				curl_setopt( $curl, CURLOPT_RETURNTRANSFER, true );
				return false !== curl_exec( $curl );
			},
			'the proxy listens'
		);

		return $address;
	}

	/**
	 * Asks the web server for a token by the domain's name.
	 *
	 * @return array{int, array<string, string>, string} Status, headers, body.
	 */
	private function get( string $token ): array {
		return $this->ask( "/.well-known/closte-sync/$token" );
	}

	/**
	 * Asks the web server for something by the domain's name.
	 *
	 * @return array{int, array<string, string>, string} Status, headers, body.
	 */
	private function ask( string $path ): array {
		$headers = array();
		$curl    = curl_init( sprintf( 'http://127.0.0.1:%d%s', $this->env( 'port' ), $path ) );
		curl_setopt_array(
			$curl,
			array(
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_HTTPHEADER     => array( 'Host: ' . self::DOMAIN ),
				CURLOPT_HEADERFUNCTION => static function ( $curl, string $line ) use ( &$headers ): int {
					$parts = explode( ':', $line, 2 );
					if ( isset( $parts[1] ) ) {
						$headers[ strtolower( $parts[0] ) ] = trim( $parts[1] );
					}
					return strlen( $line );
				},
			)
		);
		$body = (string) curl_exec( $curl );

		return array( curl_getinfo( $curl, CURLINFO_RESPONSE_CODE ), $headers, $body );
	}
}
