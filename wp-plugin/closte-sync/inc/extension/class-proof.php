<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Answers `/.well-known/closte-sync/<token>`: how a domain behind a proxy shows that it leads here. While WordPress does
 * not know the domain, proof.php does so.
 *
 * Nothing is stored: token and answer follow from the installation's salts and the day, so that every web head
 * gives the same one, and a stranger can neither guess an answer nor have one made for a token of their own.
 */
final class Proof {

	public const PATH = '/.well-known/closte-sync/';

	private const SCRIPT = 'proof.php';

	private const DAYS = 2;

	public function __construct( private readonly ?int $now = null ) {}

	/**
	 * @return array{token: string, answer: string, script: string} As \Closte\Lifecycle takes it.
	 */
	public function to_array(): array {
		return $this->of_day( $this->day() ) + array(
			'script' => (string) wp_parse_url( plugins_url( self::SCRIPT, CLOSTE_SYNC_FILE ), PHP_URL_PATH ),
		);
	}

	/**
	 * The answer to a request for this path, or null when it is none of ours.
	 */
	public function answer( string $path ): ?string {
		$token = substr( $path, strlen( self::PATH ) );

		for ( $age = 0; $age < self::DAYS; $age++ ) {
			$proof = $this->of_day( $this->day() - $age );

			if ( hash_equals( $proof['token'], $token ) ) {
				return $proof['answer'];
			}
		}

		return null;
	}

	/**
	 * Answers the current request and ends it, if it asks for a proof.
	 *
	 * @param string $path Path of the request, with or without a query.
	 */
	public function serve( string $path ): void {
		$answer = $this->answer( (string) strtok( $path, '?' ) );

		nocache_headers();
		header( 'Content-Type: text/plain; charset=utf-8' );
		header( 'X-Content-Type-Options: nosniff' );
		status_header( null === $answer ? 404 : 200 );
		echo esc_html( $answer ?? '' );
		exit;
	}

	/**
	 * @return array{token: string, answer: string}
	 */
	private function of_day( int $day ): array {
		return array(
			'token'  => substr( wp_hash( "closte-sync token $day", 'nonce' ) . wp_hash( "closte-sync token, further $day", 'nonce' ), 0, 40 ),
			'answer' => wp_hash( "closte-sync answer $day", 'nonce' ),
		);
	}

	private function day(): int {
		return intdiv( $this->now ?? time(), DAY_IN_SECONDS );
	}
}
