<?php
/**
 * Someone with a browser.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Keeps cookies, follows no redirect by itself, and hands on everything that it receives. */
final class Visitor {

	private \CurlHandle $curl;

	/**
	 * @param array<string, mixed>                          $env     The environment, as in its env.json.
	 * @param \Closure(string $where, string $received): void $scanner Hears of every answer: head and body.
	 */
	public function __construct( public readonly string $name, private readonly array $env, private readonly \Closure $scanner ) {
		$this->curl = curl_init();
		curl_setopt_array(
			$this->curl,
			array(
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_HEADER         => true,
				CURLOPT_COOKIEFILE     => '',
				CURLOPT_TIMEOUT        => 60,
				CURLOPT_RESOLVE        => array( "{$env['domain']}:{$env['port']}:127.0.0.1" ),
				CURLOPT_USERAGENT      => 'closte-sync tests',
			)
		);
	}

	/** Logs in. */
	public function log_in( string $user, string $password ): void {
		$this->get( '/wp-login.php' );
		$this->post( '/wp-login.php', array( 'log' => $user, 'pwd' => $password, 'testcookie' => '1', 'redirect_to' => '/wp-admin/' ) );
		$cookies = implode( "\n", curl_getinfo( $this->curl, CURLINFO_COOKIELIST ) );
		if ( ! str_contains( $cookies, 'wordpress_logged_in_' ) ) {
			throw new \RuntimeException( "$user could not log in." );
		}
	}

	/**
	 * @param list<string> $headers
	 * @return string The body.
	 */
	public function get( string $path, array $headers = array() ): string {
		curl_setopt( $this->curl, CURLOPT_HTTPGET, true );

		return $this->send( 'GET', $path, $headers );
	}

	/**
	 * @param array<string, string> $fields
	 * @return string The body.
	 */
	public function post( string $path, array $fields ): string {
		curl_setopt( $this->curl, CURLOPT_POST, true );
		curl_setopt( $this->curl, CURLOPT_POSTFIELDS, http_build_query( $fields ) );

		return $this->send( 'POST', $path, array( 'Origin: ' . $this->env['url'] ) );
	}

	/**
	 * @param list<string> $headers
	 */
	private function send( string $method, string $path, array $headers ): string {
		$path = str_starts_with( $path, 'http' ) ? substr( $path, strlen( $this->env['url'] ) ) : $path;
		curl_setopt( $this->curl, CURLOPT_URL, $this->env['url'] . $path );
		curl_setopt( $this->curl, CURLOPT_HTTPHEADER, $headers );
		$received = curl_exec( $this->curl );
		if ( ! is_string( $received ) ) {
			throw new \RuntimeException( "$method $path: " . curl_error( $this->curl ) );
		}
		( $this->scanner )( "$this->name: $method $path", $received );

		return substr( $received, curl_getinfo( $this->curl, CURLINFO_HEADER_SIZE ) );
	}

	/** The status of the last answer. */
	public function status(): int {
		return curl_getinfo( $this->curl, CURLINFO_RESPONSE_CODE );
	}

	/**
	 * Addresses within the site that a page links to.
	 *
	 * @param string $html  The page.
	 * @param string $query An XPath expression for the attributes.
	 * @return list<string>
	 */
	public function links( string $html, string $query = '//*[@id="adminmenu"]//a/@href' ): array {
		$links = array();
		foreach ( self::parse( $html )->query( $query ) as $link ) {
			$href = $link->nodeValue; // phpcs:ignore WordPress.NamingConventions.ValidVariableName
			if ( ! str_contains( $href, '#' ) && ! str_contains( $href, 'logout' ) && ( ! str_contains( $href, '://' ) || str_starts_with( $href, $this->env['url'] ) ) ) {
				$links[] = $href;
			}
		}

		return array_values( array_unique( $links ) );
	}

	/**
	 * The forms of a page.
	 *
	 * @return list<array{action: string, method: string, fields: array<string, string>, password: ?string}> `password`: name of the
	 *         field for one.
	 */
	public function forms( string $html, string $query = '//form' ): array {
		$page  = self::parse( $html );
		$forms = array();
		foreach ( $page->query( $query ) as $form ) {
			$fields   = array();
			$password = null;
			foreach ( $page->query( './/input[@name] | .//select[@name] | .//textarea[@name] | .//button[@name]', $form ) as $field ) {
				$type = $field->getAttribute( 'type' );
				if ( 'checkbox' === $type && ! $field->hasAttribute( 'checked' ) ) {
					continue;
				}
				if ( 'password' === $type ) {
					$password = $field->getAttribute( 'name' );
				}
				$chosen = $page->query( './/option[@selected]/@value', $field )->item( 0 );

				$fields[ $field->getAttribute( 'name' ) ] = match ( $field->nodeName ) { // phpcs:ignore WordPress.NamingConventions.ValidVariableName
					'select'   => $chosen->nodeValue ?? '', // phpcs:ignore WordPress.NamingConventions.ValidVariableName
					'textarea' => $field->textContent, // phpcs:ignore WordPress.NamingConventions.ValidVariableName
					default    => $field->getAttribute( 'value' ),
				};
			}
			$forms[] = array(
				'action'   => $form->getAttribute( 'action' ),
				'method'   => strtolower( $form->getAttribute( 'method' ) ),
				'fields'   => $fields,
				'password' => $password,
			);
		}

		return $forms;
	}

	/**
	 * The buttons of a page that belong to an empty form elsewhere on it.
	 *
	 * @param string $query An XPath expression for the buttons.
	 * @return list<array{action: string, fields: array<string, string>}> What a click on each one posts.
	 */
	public function buttons( string $html, string $query ): array {
		$page    = self::parse( $html );
		$buttons = array();
		foreach ( $page->query( $query ) as $button ) {
			$form      = $page->query( sprintf( '//form[@id="%s"]', $button->getAttribute( 'form' ) ) )->item( 0 );
			$buttons[] = array(
				'action' => null === $form ? '' : $form->getAttribute( 'action' ),
				'fields' => array( $button->getAttribute( 'name' ) => $button->getAttribute( 'value' ) ),
			);
		}

		return $buttons;
	}

	private static function parse( string $html ): \DOMXPath {
		$document = new \DOMDocument();
		$document->loadHTML( '<?xml encoding="utf-8">' . ( '' === $html ? '<p>' : $html ), LIBXML_NOERROR );

		return new \DOMXPath( $document );
	}
}
