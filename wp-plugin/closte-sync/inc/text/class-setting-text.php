<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says which setting keeps the extension from working. What only a developer can get wrong stays in the extension's words.
 */
final class Setting_Text {

	/**
	 * @param string $reason As \Closte\ConfigException has it.
	 * @param string $value  What is set; '': not known.
	 * @return ?string Null: there is no sentence for it.
	 */
	public static function of( string $reason, string $value ): ?string {
		return match ( $reason ) {
			'no-key'            => __( 'There is no Closte API key. Define the constant CLOSTE_CLIENT_API_KEY in wp-config.php, or set the environment variable of that name.', 'closte-sync' ),
			'bad-key'           => __( 'The Closte API key contains characters that no key has, or is too long. Copy it again, without quotes, spaces, or line breaks.', 'closte-sync' ),
			'bad-base-url'      => __( 'The value of closte.base_url is not valid. Set it to something like https://app.closte.com/api/client.', 'closte-sync' ),
			'insecure-base-url' => __( 'The value of closte.base_url would send the API key unencrypted. Use https:// (http:// is allowed for loopback addresses only).', 'closte-sync' ),
			'bad-proxy'         => __( 'The proxy setting is not valid. Set it to something like http://proxy.example:3128.', 'closte-sync' ),
			'bad-ca-file'       => __( 'The file in closte.ca_file cannot be used. Set it to a PEM file with the certificates of the authorities to trust.', 'closte-sync' ),
			'no-trust-roots'    => __( 'This server has no certificates of trusted authorities. Install the package ca-certificates, or set closte.ca_file.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'bad-resolver'      => sprintf( __( '“%s” is not the address of a name server. Enter addresses such as 192.0.2.53, 192.0.2.53:5353, or [2001:db8::53]:53.', 'closte-sync' ), $value ),
			/* translators: %s: what was entered */
			'targets'           => sprintf( __( '“%s” is not a host name or IP address.', 'closte-sync' ), $value ),
			default             => null,
		};
	}
}
