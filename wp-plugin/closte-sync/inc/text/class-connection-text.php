<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says why Closte gave no answer, or none for now.
 */
final class Connection_Text {

	/** Reasons where Closte answered, and may have said why. */
	public const ANSWERS = array( 'rate-limited', 'request-timeout', 'too-early', 'unavailable', 'server-error' );

	/**
	 * @param string $reason As in a record's `error_reason`.
	 * @return ?string Null: this version does not know it.
	 */
	public static function of( string $reason ): ?string {
		return match ( $reason ) {
			'timeout'              => __( 'Closte did not answer in time.', 'closte-sync' ),
			'connection-broken'    => __( 'The connection to Closte broke before the answer was complete.', 'closte-sync' ),
			'dns'                  => __( 'The DNS lookup for Closte’s server failed. Check the DNS of this server (/etc/resolv.conf or closte.resolvers) and closte.base_url.', 'closte-sync' ),
			'connect'              => __( 'The connection to Closte failed. Check that this server may connect to it; a firewall may block it.', 'closte-sync' ),
			'connect-timeout'      => __( 'The connection to Closte timed out. Check that this server may connect to it; a firewall may block it.', 'closte-sync' ),
			'tls'                  => __( 'The TLS handshake with Closte failed. Check the clock and the CA certificates of this server; a private authority belongs in closte.ca_file.', 'closte-sync' ),
			'proxy'                => __( 'The connection to the proxy failed, so Closte was not reached. Check WP_PROXY_HOST and WP_PROXY_PORT, or HTTPS_PROXY.', 'closte-sync' ),
			'proxy-authentication' => __( 'The proxy requires a user name and password, or does not accept those that are set, so Closte was not reached. Check WP_PROXY_USERNAME and WP_PROXY_PASSWORD, or HTTPS_PROXY.', 'closte-sync' ),
			'proxy-refused'        => __( 'The proxy refused to connect to Closte. Allow it at the proxy, or add the host to NO_PROXY or WP_PROXY_BYPASS_HOSTS.', 'closte-sync' ),
			'rate-limited'         => __( 'Closte asks for fewer calls.', 'closte-sync' ),
			'request-timeout'      => __( 'Closte stopped waiting for the request.', 'closte-sync' ),
			'too-early'            => __( 'Closte was not ready for the request.', 'closte-sync' ),
			'unavailable'          => __( 'Closte is not available at the moment.', 'closte-sync' ),
			'server-error'         => __( 'Closte had an internal error.', 'closte-sync' ),
			'blocked'              => __( 'Something between this server and Closte answered instead of Closte. This says nothing about the key. Have the firewall, proxy, or login page of this server’s network let calls to Closte pass. If there is none, ask Closte’s support whether it blocks the address of this server.', 'closte-sync' ),
			'no-time-left'         => __( 'There was no time left to call Closte.', 'closte-sync' ),
			'no-resources'         => __( 'This server has no threads or file handles left.', 'closte-sync' ),
			default                => null,
		};
	}
}
